package cli

import "github.com/spf13/pflag"

func validateFlags(s *session, f *pflag.FlagSet) {
	o := &s.options.run
	f.BoolVar(&o.noVerifyTLS, "no-verify-tls", false, "fetch the experiment without checking the server's certificate")
	pythonFlag(o, f)
	variableFlags(&o.variableOptions, f)
}

func validate(s *session, args []string) error {
	if err := one(args, "validate", "an experiment"); err != nil {
		return err
	}
	o := s.options.run
	if err := o.variableOptions.read(); err != nil {
		return err
	}
	if err := s.readSettings(&o); err != nil {
		return err
	}
	ctx, _, release := s.interruptible()
	defer release()
	if err := s.runner().Validate(ctx, s.runOptions(args[0], o)); err != nil {
		return err
	}
	s.console.log(s.options.verbose).Info("experiment syntax and semantic look valid")
	return nil
}
