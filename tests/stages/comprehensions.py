def table(words):
    lengths = {word: len(word) for word in words}
    return [word for word in words if lengths[word] > 3]
