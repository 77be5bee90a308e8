//! Small pictures of pictures: turned as the camera was held, without metadata, and never larger than a screen needs.
//!
//! What a picture claims to be is checked before it is decoded, so that a small file cannot ask for much memory.
//! Decoding has threads of its own, few of them: sends do not wait for it.

use super::{FileHash, intake::blocking};
use crate::app::App;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, metadata::Orientation,
};
use std::{fs::File, io::BufReader, path::Path, sync::Arc};
use tokio::sync::Semaphore;

/// The longest side of a thumbnail: what the timeline shows, for fine screens.
const SIDE: u32 = 720;
/// The largest picture that is read, in pixels on a side, and in all.
const LARGEST_SIDE: u32 = 16_384;
const MOST_PIXELS: u64 = 100_000_000;
/// The most memory that reading one may take.
const MEMORY: u64 = 512 << 20;
const QUALITY: u8 = 82;

/// One at a time: a photo takes all of a processor for a second.
static RUNNING: Semaphore = Semaphore::const_new(1);

fn readable(kind: &str) -> bool {
    matches!(kind, "image/png" | "image/jpeg" | "image/webp" | "image/gif")
}

/// Makes the thumbnail of a file that has just been stored, and gives the picture's size. Nothing for what is no
/// picture, or one that is broken or too large: it is a file like any other then.
pub(super) async fn of_new(app: &Arc<App>, hash: FileHash, kind: &str) -> Option<(u32, u32)> {
    if !readable(kind) {
        return None;
    }
    make(app, hash).await
}

/// Makes the thumbnail of a stored file once more, where it is not there any more.
pub(super) async fn again(app: &Arc<App>, hash: FileHash) -> Option<()> {
    make(app, hash).await.map(drop)
}

async fn make(app: &Arc<App>, hash: FileHash) -> Option<(u32, u32)> {
    let _turn = RUNNING.acquire().await.ok()?;
    let hub = Arc::clone(app);
    let made = blocking(move || {
        let Some((bytes, size)) = reduced(&hub.blobs.path(hash)) else { return Ok(None) };
        hub.blobs.keep_thumbnail(hash, &bytes)?;
        Ok(Some(size))
    });
    made.await.ok().flatten()
}

/// The thumbnail of a picture, as JPEG, or PNG where something shows through; and the picture's own size.
fn reduced(path: &Path) -> Option<(Vec<u8>, (u32, u32))> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path).ok()?)).with_guessed_format().ok()?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MEMORY
    {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if width > SIDE || height > SIDE {
        image = image.thumbnail(SIDE, SIDE);
    }
    image.apply_orientation(orientation);
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let size = if turned { (height, width) } else { (width, height) };
    let mut bytes = Vec::new();
    let clear = image.color().has_alpha() && image.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255);
    if clear {
        let png = DynamicImage::ImageRgba8(image.to_rgba8());
        png.write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png).ok()?;
    } else {
        let jpeg = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        image.to_rgb8().write_with_encoder(jpeg).ok()?;
    }
    Some((bytes, size))
}

#[cfg(test)]
mod tests {
    use super::reduced;
    use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
    use std::{io::Cursor, path::PathBuf};
    use tempfile::TempDir;

    fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A JPEG of 40 by 20 pixels that says it has to be turned by a quarter.
    fn on_its_side() -> Vec<u8> {
        let plain = encoded(&DynamicImage::new_rgb8(40, 20), ImageFormat::Jpeg);
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        [&plain[..2], exif, &plain[2..]].concat()
    }

    #[test]
    fn a_large_picture_becomes_small_and_a_small_one_stays_as_it_is() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let (_folder, path) = file(&encoded(&DynamicImage::new_rgb8(1_600, 400), format));
            let (bytes, size) = reduced(&path).unwrap();
            assert_eq!(size, (1_600, 400), "{format:?}");
            assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), (720, 180), "{format:?}");
        }
        let (_folder, path) = file(&encoded(&DynamicImage::new_rgb8(30, 20), ImageFormat::Png));
        let (bytes, _) = reduced(&path).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), (30, 20));
    }

    #[test]
    fn a_photo_is_turned_and_says_nothing_of_its_camera() {
        let (_folder, path) = file(&on_its_side());
        let (bytes, size) = reduced(&path).unwrap();
        assert_eq!(size, (20, 40));
        assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), (20, 40));
        assert!(!bytes.windows(4).any(|part| part == b"Exif"));
    }

    #[test]
    fn what_shows_through_still_does() {
        let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(50, 50, Rgba([200, 0, 0, 80])));
        let (_folder, path) = file(&encoded(&glass, ImageFormat::Png));
        let (bytes, _) = reduced(&path).unwrap();
        assert_eq!(image::load_from_memory(&bytes).unwrap().to_rgba8().get_pixel(0, 0).0[3], 80);
    }

    #[test]
    fn a_picture_that_claims_a_huge_size_or_is_none_has_no_thumbnail() {
        let mut bomb = encoded(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
        bomb[16..20].copy_from_slice(&16_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&16_000_u32.to_be_bytes());
        let half = encoded(&DynamicImage::new_rgb8(600, 600), ImageFormat::Png);
        for bad in [&bomb[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", &half[..90], b""] {
            let (_folder, path) = file(bad);
            assert!(reduced(&path).is_none());
        }
    }
}
