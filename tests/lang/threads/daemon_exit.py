# The program waits for its threads, but not for daemons.
import threading, time
def slow():
    time.sleep(0.05)
    print("slow thread ends")
threading.Thread(target=slow).start()
threading.Thread(target=lambda: time.sleep(100), daemon=True).start()
print("main ends")
