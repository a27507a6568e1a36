package process

func play(string) {}
