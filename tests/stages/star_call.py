def forward(f, *args, **kwargs):
    return f(*args, **kwargs)
