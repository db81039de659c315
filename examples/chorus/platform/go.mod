module example.com/chorus/platform

go 1.24
