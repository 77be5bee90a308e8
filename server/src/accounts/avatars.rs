//! Profile pictures: whatever was sent becomes a square PNG of 256 pixels without metadata.

use super::{Actor, people, relation_to, store};
use crate::{
    app::App,
    directory::AccountView,
    error::{AppError, Code},
    ids::UserId,
    permission::Action,
};
use axum::body::Bytes;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType};
use sha2::{Digest, Sha256};
use std::{io::Cursor, time::Duration};
use tokio::sync::Semaphore;

const SIDE: u32 = 256;
/// The largest picture that is read, in pixels on a side.
const LARGEST_SIDE: u32 = 12_000;
/// The most memory that reading one may take.
const MEMORY: u64 = 256 << 20;

static RUNNING: Semaphore = Semaphore::const_new(1);

/// Gives a person this picture.
///
/// # Errors
/// `validation` when it is not a PNG, JPEG, WebP or GIF image of a reasonable size; `forbidden`,
/// `not_found`, `busy`.
pub async fn set(app: &App, actor: &Actor, user: UserId, bytes: Bytes) -> Result<AccountView, AppError> {
    app.limits.changes.take(&actor.user)?;
    let turn = tokio::time::timeout(Duration::from_secs(10), RUNNING.acquire());
    let _turn = turn.await.map_err(|_| AppError::later(Code::Busy, Duration::from_secs(5)))?;
    let image = tokio::task::spawn_blocking(move || square(&bytes))
        .await
        .map_err(AppError::internal)?
        .map_err(|message| AppError::field("image", message))?;
    let hash = Sha256::digest(&image)[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let mut person = draft.directory.active_person(user)?.clone();
            actor.require(Action::EditPerson, relation_to(&actor, &person))?;
            store::put_avatar(draft, person.id, &hash, image.clone());
            person.avatar = Some(hash.clone());
            people::save(draft, person)
        })
        .await
}

/// Takes a person's picture away.
///
/// # Errors
/// `forbidden`, `not_found`.
pub async fn remove(app: &App, actor: &Actor, user: UserId) -> Result<AccountView, AppError> {
    let actor = actor.clone();
    app.journal
        .commit(move |draft| {
            let actor = actor.still(draft.directory)?;
            let mut person = draft.directory.active_person(user)?.clone();
            actor.require(Action::EditPerson, relation_to(&actor, &person))?;
            if person.avatar.take().is_none() {
                return Ok(person.account_view());
            }
            store::delete_avatar(draft, person.id);
            people::save(draft, person)
        })
        .await
}

/// A person's picture as PNG, if its hash is this one.
///
/// # Errors
/// `not_found`.
pub async fn get(app: &App, user: UserId, hash: &str) -> Result<Vec<u8>, AppError> {
    store::avatar(&app.database, user, hash)
        .await
        .map_err(AppError::internal)?
        .ok_or_else(|| AppError::not_found("Avatar"))
}

fn square(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let unreadable = || "is not a PNG, JPEG, WebP or GIF image".to_owned();
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unreadable())?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(unreadable());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let too_large = || "cannot be read, or is too large".to_owned();
    let mut decoder = reader.into_decoder().map_err(|_| too_large())?;
    let orientation = decoder.orientation().map_err(|_| too_large())?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| too_large())?;
    image.apply_orientation(orientation);
    let image = image.resize_to_fill(SIDE, SIDE, FilterType::Lanczos3);
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(image.to_rgba8()).write_to(&mut png, ImageFormat::Png).map_err(|_| too_large())?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::square;
    use image::{DynamicImage, GenericImageView, ImageFormat};
    use std::io::Cursor;

    #[test]
    fn any_picture_becomes_a_square_and_anything_else_is_refused() {
        let mut jpeg = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(640, 200).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let png = square(jpeg.get_ref()).unwrap();
        assert_eq!(image::load_from_memory(&png).unwrap().dimensions(), (256, 256));
        for bad in
            [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", &jpeg.get_ref()[..60], b"BM\0\0"]
        {
            assert!(square(bad).is_err());
        }
    }

    #[test]
    fn a_picture_that_claims_a_huge_size_is_refused_before_it_takes_memory() {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::new_luma8(1, 1).write_to(&mut png, ImageFormat::Png).unwrap();
        let mut png = png.into_inner();
        png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(square(&png).is_err());
    }
}
