//! Embeds the launcher and the permissions of its commands.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "drawn",
        "view",
        "start_team",
        "start_demo",
        "choose_backup",
        "restore_backup",
        "choose_again",
        "try_again",
        "open_hub",
        "nearby",
        "join_address",
        "open_team",
        "forget_team",
        "show_data",
        "stay",
        "quit",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json, the capabilities and the icons are in order");
}
