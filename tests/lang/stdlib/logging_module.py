# logging to a stream.
import logging, sys
logging.basicConfig(stream=sys.stdout, format="%(levelname)s:%(name)s:%(funcName)s:%(lineno)d:%(message)s", level=logging.INFO)
log = logging.getLogger("app")
def f():
    log.info("info %d", 5); log.debug("hidden"); log.warning("warn %s", [1])
    try: 1 / 0
    except ZeroDivisionError: log.exception("oops")
f()
