print("flat init")
NAME = "square"
