def push(stack, item):
    stack.append(item)
    return stack.pop()
