//! A stream that fails when its peer sends nothing for too long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// The length of HTTP/2's connection preface (RFC 9113 3.4). Until that many bytes have arrived, the protocol is not
/// known, and no timeout of a protocol is running yet.
const PREFACE: usize = 24;

/// Ends a connection whose first bytes do not arrive in time, or that is silent for longer than any request may take.
/// The limit on the time for an HTTP/1.1 head is separate.
pub(super) struct TimedStream<S> {
    stream: S,
    deadline: Pin<Box<Sleep>>,
    preface_left: usize,
    idle: Duration,
}

impl<S> TimedStream<S> {
    /// The first bytes must arrive within `begin`, and further ones never more than `idle` apart.
    pub(super) fn new(stream: S, begin: Duration, idle: Duration) -> Self {
        Self { stream, deadline: Box::pin(sleep(begin)), preface_left: PREFACE, idle }
    }

    fn received(&mut self, bytes: usize) {
        self.preface_left = self.preface_left.saturating_sub(bytes);
        if self.preface_left == 0 {
            let deadline = Instant::now() + self.idle;
            self.deadline.as_mut().reset(deadline);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                self.received(buf.filled().len().saturating_sub(before));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.deadline.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
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
}
