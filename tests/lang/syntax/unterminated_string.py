# A string without its end.
text = "no end
