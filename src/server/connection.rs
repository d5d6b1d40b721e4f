//! One connection: HTTP/1.1, and a watch over those that hold it without using it.
//!
//! In: a socket, the router, when to stop. Out: the connection's end. Never: a limit on a request that is being
//! answered; each handler sets its own.
//!
//! hyper has one limit for a head that comes slowly and for a connection that rests between two requests. They
//! need two: a slow head is an attack, while a reverse proxy rests its connections for a minute and more, and
//! loses the delivery that it sends into one that closes just then.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;

use super::crowd::Seat;

/// How often it is looked whether a connection is of use.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// After so many looks a head that has begun must be complete: 10 to 15 s.
const LOOKS_AT_HEAD: u32 = 3;
/// So many looks a connection may rest: 90 s, longer than proxies keep theirs.
const LOOKS_AT_REST: u32 = 18;
/// Request line and headers together, in bytes. Also how much of a body is buffered between reads.
const HEAD_LARGEST: usize = 64 * 1024;

/// Serves one connection until the peer closes it, it is of no use any more, its seat is needed, or `shutdown`; then the request
/// that is under way is answered first.
pub(super) async fn serve(stream: TcpStream, seat: Seat, router: Router, shutdown: CancellationToken) {
    // Answers are one small packet; nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let pulse = Arc::clone(&seat.pulse);
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request| {
        let under_way = UnderWay::begin(&pulse);
        let answer = router.call(request);
        async move {
            let answer = answer.await;
            drop(under_way);
            answer
        }
    });
    let io = TokioIo::new(Listening { stream, pulse: Arc::clone(&pulse) });
    let connection = http1::Builder::new().max_buf_size(HEAD_LARGEST).serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    let mut look = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    let (mut watch, mut stopping) = (Watch::default(), false);
    let served = loop {
        tokio::select! {
            served = connection.as_mut() => break served,
            () = shutdown.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = seat.leave.cancelled(), if !stopping => {
                if pulse.is_idle() {
                    break Ok(());
                }
                // A request came just then: it is answered first.
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = look.tick() => {
                if watch.is_useless(pulse.state()) {
                    break Ok(());
                }
            }
        }
    };
    if let Err(error) = served {
        tracing::debug!(error = &error as &dyn std::error::Error, "connection ended");
    }
}

/// What is going on in a connection, told by the socket and the service to the watch.
#[derive(Default)]
pub(super) struct Pulse {
    /// Bytes read from the socket so far.
    heard: AtomicU64,
    /// The same when the last request had been answered.
    answered: AtomicU64,
    under_way: AtomicBool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct State {
    answered: u64,
    under_way: bool,
    head_begun: bool,
}

impl Pulse {
    /// Whether no request is being answered.
    pub(super) fn is_idle(&self) -> bool {
        !self.under_way.load(Ordering::Relaxed)
    }

    /// Whether a request was answered.
    pub(super) fn was_of_use(&self) -> bool {
        self.answered.load(Ordering::Relaxed) > 0
    }

    fn state(&self) -> State {
        let answered = self.answered.load(Ordering::Relaxed);
        State {
            answered,
            under_way: self.under_way.load(Ordering::Relaxed),
            head_begun: self.heard.load(Ordering::Relaxed) > answered,
        }
    }
}

/// For how many looks a connection has been in one state.
#[derive(Default)]
struct Watch {
    state: State,
    looks: u32,
}

impl Watch {
    /// Whether the connection, being in `state` at this look, has been so for too long.
    fn is_useless(&mut self, state: State) -> bool {
        self.looks = if state == self.state { self.looks + 1 } else { 1 };
        self.state = state;
        match state {
            State { under_way: true, .. } => false,
            State { head_begun: true, .. } => self.looks >= LOOKS_AT_HEAD,
            _ => self.looks >= LOOKS_AT_REST,
        }
    }
}

/// A request that is being answered, however that ends.
struct UnderWay(Arc<Pulse>);

impl UnderWay {
    fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.under_way.store(true, Ordering::Relaxed);
        Self(Arc::clone(pulse))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.answered.store(self.0.heard.load(Ordering::Relaxed), Ordering::Relaxed);
        self.0.under_way.store(false, Ordering::Relaxed);
    }
}

/// A socket that counts what it reads.
struct Listening {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl AsyncRead for Listening {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.pulse.heard.fetch_add((buf.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Listening {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_until_useless(states: &[State], then: State) -> u32 {
        let mut watch = Watch::default();
        for state in states {
            assert!(!watch.is_useless(*state), "{state:?}");
        }
        let looks = (1..1000).find(|_| watch.is_useless(then));
        looks.unwrap_or(u32::MAX)
    }

    #[test]
    fn a_slow_head_is_cut_off_soon_a_rest_late_and_a_request_never() {
        let rest = State { answered: 90, under_way: false, head_begun: false };
        let head = State { head_begun: true, ..rest };
        let request = State { under_way: true, ..head };
        assert_eq!(looks_until_useless(&[], head), LOOKS_AT_HEAD);
        assert_eq!(looks_until_useless(&[rest; 10], head), LOOKS_AT_HEAD, "counted from when it began");
        assert_eq!(looks_until_useless(&[head; 2], rest), LOOKS_AT_REST);
        assert_eq!(looks_until_useless(&[rest; 10], State { answered: 180, ..rest }), LOOKS_AT_REST);
        assert_eq!(looks_until_useless(&[head; 2], request), u32::MAX);
    }

    #[test]
    fn the_pulse_tells_a_head_from_a_rest() {
        let pulse = Arc::new(Pulse::default());
        assert_eq!(pulse.state(), State::default());
        pulse.heard.store(50, Ordering::Relaxed);
        assert!(pulse.state().head_begun);
        let under_way = UnderWay::begin(&pulse);
        assert!(pulse.state().under_way);
        drop(under_way);
        assert_eq!(pulse.state(), State { answered: 50, under_way: false, head_begun: false });
    }
}
