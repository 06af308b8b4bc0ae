# __name__ tells whether a module is the program.
import tool
if __name__ == "__main__":
    print("main is", __name__, "tool is", tool.__name__)
import __main__
print(__main__.tool is tool, vars(__main__) is globals())
