from c import other
thing = 1
