"""What is asked for before the reactor runs happens first thing when it does."""

from twisted.internet import reactor


def started():
    print("running")
    reactor.callLater(0.1, finish)


def finish():
    print("stopping")
    reactor.stop()


reactor.callWhenRunning(started)
reactor.addSystemEventTrigger("before", "shutdown", print, "shutting down")
print("not running yet")
reactor.run()
print("over")
