//! A file as the body of an answer, a piece at a time.

use axum::body::Bytes;
use futures_util::{Stream, stream};
use tokio::{fs::File, io::AsyncReadExt};

/// How much of a file is read at a time.
const PIECE: u64 = 128 << 10;

/// The next bytes of a file, as many as these.
pub fn pieces(file: File, length: u64) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold((file, length), async |(mut file, left)| {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or(0)];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok((length > 0).then(|| (Bytes::from(piece), (file, left - length as u64))))
    })
}
