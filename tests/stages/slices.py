def ends(text):
    return text[:2] + text[-2:]
