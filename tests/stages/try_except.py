def safe(a, b):
    try:
        return a / b
    except ZeroDivisionError as error:
        return error
    finally:
        print("done")
