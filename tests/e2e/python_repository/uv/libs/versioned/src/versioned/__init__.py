NAME = "versioned"
