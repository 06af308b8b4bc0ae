# Recursion with lists.
def move(n, source, target, spare, log):
    if n:
        move(n - 1, source, spare, target, log)
        log.append(source + target)
        move(n - 1, spare, target, source, log)
log = []
move(4, "A", "C", "B", log)
print(len(log), " ".join(log))
