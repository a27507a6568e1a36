module chaosworkshop.example/soak

go 1.25.0
