V = "inner value"
