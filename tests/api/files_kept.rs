//! What stays of files: over a restart, in a backup, and not for ever where nobody wants them.

use crate::{
    backups,
    files::{bytes, picture, send, uploaded},
    person::id,
    restore::restore,
    world::World,
};
use hearth_server::{
    admin::backup::RestoreError,
    clock,
    files::{LOOSE_FOR, tidy},
};
use serde_json::json;
use std::{io::Write, time::Duration};

#[tokio::test]
async fn files_survive_a_restart_and_those_that_no_message_took_do_not_stay_for_ever() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let sent = uploaded(&ann, "sent.txt", b"sent").await;
    let loose = uploaded(&ann, "loose.txt", b"loose").await;
    send(&ann, &general, "", &[&sent]).await;
    world.restart().await;
    let content = |file| format!("/files/{}/content", id(file));
    for (file, text) in [(&sent, b"sent".to_vec()), (&loose, b"loose".to_vec())] {
        assert_eq!(bytes(&ann, &content(file), 200).await, text);
    }
    world.within(async |app| tidy(&app, clock::now()).await.unwrap()).await;
    assert_eq!(bytes(&ann, &content(&loose), 200).await, b"loose");
    world.within(async |app| tidy(&app, clock::now().plus(LOOSE_FOR + Duration::from_secs(1))).await.unwrap()).await;
    ann.get(&content(&loose)).await.refused(404, "not_found");
    assert_eq!(bytes(&ann, &content(&sent), 200).await, b"sent");
    let path = format!("/channels/{general}/messages");
    ann.post(&path, &json!({"body": "", "fileIds": [id(&loose)]})).await.refused(404, "not_found");
    let blobs = world.config.data.clone().unwrap().join("files/blobs");
    let kept = blobs.read_dir().unwrap().flatten().flat_map(|folder| folder.path().read_dir().unwrap().flatten());
    assert_eq!(kept.count(), 1);
}

#[tokio::test]
async fn a_backup_takes_the_bytes_along_and_a_restore_brings_them_back() {
    let (mut world, ann) = World::on_disk().await;
    let general = ann.general().await;
    let token = ann.post("/tokens", &json!({"name": "Sensor", "scopes": ["read", "write", "admin"]})).await.is(201);
    let program = ann.with_token(token["token"].as_str().unwrap());
    let photo = uploaded(&ann, "photo.png", &picture(900, 300)).await;
    let same = uploaded(&ann, "same.png", &picture(900, 300)).await;
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[number as usize % 3]).collect();
    let movie = uploaded(&ann, "film.bin", &large).await;
    let message = send(&ann, &general, "all of it", &[&photo, &same, &movie]).await;
    let (_folder, file) = backups::file(&ann).await;
    let manifest = hearth_server::admin::backup::inspect(&file).await.unwrap();
    let listed = manifest.files.unwrap();
    assert_eq!((listed.count, manifest.tables.iter().find(|table| table.name == "file").unwrap().rows), (2, 3));
    assert_eq!(listed.bytes, 3_000_000 + photo["size"].as_u64().unwrap());
    let after = uploaded(&ann, "after.txt", b"after the backup").await;
    let data = world.config.data.clone().unwrap();
    world.stop().await;

    let kept = restore(&file, &data).await.unwrap().kept.unwrap();
    let kept_files = data.join(kept.file_name().unwrap().to_str().unwrap().replace("database", "files"));
    assert!(kept_files.join("blobs").exists(), "what was there before is kept with its files");
    world.start().await.unwrap();
    assert_eq!(program.get(&format!("/channels/{general}/messages/1")).await.is(200), message);
    assert_eq!(bytes(&program, &format!("/files/{}/content", id(&movie)), 200).await, large);
    assert_eq!(bytes(&program, &format!("/files/{}/content", id(&same)), 200).await, picture(900, 300));
    let small = bytes(&program, &format!("/files/{}/thumbnail", id(&photo)), 200).await;
    assert_eq!(image::load_from_memory(&small).unwrap().width(), 720, "made again");
    program.get(&format!("/files/{}", id(&after))).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_backup_whose_bytes_were_altered_is_refused() {
    let (world, ann) = World::on_disk().await;
    let file = uploaded(&ann, "a.txt", b"the right bytes").await;
    send(&ann, &ann.general().await, "", &[&file]).await;
    let (folder, made) = backups::file(&ann).await;
    let files = backups::files(&std::fs::read(&made).unwrap());
    assert_eq!(files["files/bytes"], b"the right bytes");
    for (number, (name, bytes)) in
        [("files/bytes", &b"the wrong bytes"[..]), ("files/bytes", b"the"), ("files/bytes", b"the right bytes!")]
            .into_iter()
            .enumerate()
    {
        let path = folder.path().join(format!("{number}.zip"));
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (known, content) in &files {
            zip.start_file(known, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(if known == name { bytes } else { content }).unwrap();
        }
        zip.finish().unwrap();
        let into = folder.path().join(format!("data{number}"));
        let refused = restore(&path, &into).await.unwrap_err();
        assert!(matches!(refused, RestoreError::Damaged(_)), "{number}: {refused}");
        assert!(!into.join("database").exists() && !into.join("files").exists());
    }
    drop(world);
}
