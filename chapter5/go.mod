module chaosworkshop.example/chapter5

go 1.25.0
