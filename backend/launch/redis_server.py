"""The embedded Redis: fan-out to screens, rate limits and wake-ups, nothing that may not be lost."""

import signal
import threading


def serve(port: int) -> None:
    """Serve the Redis protocol on 127.0.0.1 until SIGTERM or SIGINT."""
    from fakeredis import TcpFakeServer

    server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
    # A client that stays connected must not keep the process alive.
    server.daemon_threads = True
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait(ending)
