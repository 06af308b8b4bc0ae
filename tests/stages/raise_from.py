def wrap(error):
    raise ValueError("wrapped") from error
