//! The icon beside the clock: the hub is there as long as the flame is.

use crate::{
    app::desktop,
    attention, commands, leaving, login, windows,
    words::{self, APP},
};
use tauri::{
    AppHandle, Wry,
    image::Image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

/// The icon and those of its menu's lines that change.
pub(crate) struct Tray {
    icon: TrayIcon,
    line: MenuItem<Wry>,
    plain: Image<'static>,
    dotted: Image<'static>,
}

impl std::fmt::Debug for Tray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tray").finish_non_exhaustive()
    }
}

/// What the tray says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) team: Option<String>,
    pub(crate) unread: u32,
    pub(crate) others: usize,
}

/// Puts the icon up, where there is a place for it.
pub(crate) async fn put_up(app: &AppHandle) {
    if !has_place().await {
        tracing::info!("this desktop has no place for an icon beside the clock");
        return;
    }
    match build(app) {
        Ok(tray) => drop(desktop(app).tray.set(tray)),
        Err(error) => tracing::warn!(%error, "there is no icon beside the clock"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<Tray> {
    let choices = desktop(app).preferences.read(Clone::clone);
    let at_login = login::is_on(app);
    let line = MenuItem::with_id(app, "line", words::NO_TEAM, false, None::<&str>)?;
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let check = |id: &str, text: &str, on: bool| CheckMenuItem::with_id(app, id, text, true, on, None::<&str>);
    let pause = check("pause", words::PAUSE, choices.notifications_paused)?;
    let login = check("login", words::LOGIN, at_login)?;
    let awake = check("awake", words::AWAKE, choices.keep_awake)?;
    let menu = Menu::with_items(
        app,
        &[
            &line,
            &PredefinedMenuItem::separator(app)?,
            &item("open", words::OPEN)?,
            &item("addresses", words::ADDRESSES)?,
            &PredefinedMenuItem::separator(app)?,
            &pause,
            &login,
            &awake,
            &PredefinedMenuItem::separator(app)?,
            &item("quit", words::QUIT)?,
        ],
    )?;
    let plain = Image::from_bytes(include_bytes!("../icons/64x64.png"))?.to_owned();
    let dotted = with_dot(&plain);
    let icon = TrayIconBuilder::with_id("hearth")
        .icon(plain.clone())
        .tooltip(APP)
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(move |app, event| match event.id().as_ref() {
            "open" => windows::front(app),
            "addresses" => commands::show_addresses(app),
            "pause" => pause_notifications(app, &pause),
            "login" => start_at_login(app, &login),
            "awake" => keep_awake(app, &awake),
            "quit" => leaving::quit_asking(app),
            _ => {}
        })
        .on_tray_icon_event(|icon, event| {
            if matches!(event, TrayIconEvent::Click { button: MouseButton::Left, .. }) {
                windows::front(icon.app_handle());
            }
        })
        .build(app)?;
    Ok(Tray { icon, line, plain, dotted })
}

/// The system ticked the line already; these make true what it says, and take it back where that fails.
fn pause_notifications(app: &AppHandle, item: &CheckMenuItem<Wry>) {
    let paused = item.is_checked().unwrap_or(false);
    desktop(app).preferences.change(|choices| choices.notifications_paused = paused);
}

fn start_at_login(app: &AppHandle, item: &CheckMenuItem<Wry>) {
    if let Err(error) = login::set(app, item.is_checked().unwrap_or(false)) {
        tracing::warn!(%error, "starting at login was not changed");
        attention::notify(app, APP, words::NO_LOGIN);
    }
    let _ = item.set_checked(login::is_on(app));
}

fn keep_awake(app: &AppHandle, item: &CheckMenuItem<Wry>) {
    let wanted = item.is_checked().unwrap_or(false);
    let held = desktop(app).awake.set(wanted);
    if wanted && !held {
        attention::notify(app, APP, words::NO_AWAKE);
    }
    desktop(app).preferences.change(|choices| choices.keep_awake = held);
    let _ = item.set_checked(held);
}

/// Brings the tray up to date.
pub(crate) fn tell(app: &AppHandle, line: &Line) {
    let Some(tray) = desktop(app).tray.get() else { return };
    let team = line.team.as_deref();
    let outcome = (|| {
        tray.line.set_text(team.map_or_else(|| words::NO_TEAM.to_owned(), |team| words::online(team, line.others)))?;
        tray.icon.set_tooltip(Some(words::tooltip(team.unwrap_or(APP), line.unread)))?;
        tray.icon.set_icon(Some(if line.unread > 0 { tray.dotted.clone() } else { tray.plain.clone() }))
    })();
    if let Err(error) = outcome {
        tracing::warn!(%error, "the tray was not brought up to date");
    }
}

/// The icon with a dot in its upper right corner: something is unread.
fn with_dot(icon: &Image<'_>) -> Image<'static> {
    const DOT: [u8; 4] = [0xE5, 0x48, 0x4D, 0xFF];
    const RIM: [u8; 4] = [0xFF, 0xFF, 0xFF, 0xFF];
    let (width, height) = (icon.width(), icon.height());
    let mut pixels = icon.rgba().to_vec();
    let radius = i64::from(width) / 4;
    let (middle_x, middle_y) = (i64::from(width) - radius, radius);
    for (index, pixel) in (0_i64..).zip(pixels.chunks_exact_mut(4)) {
        let (x, y) = (index % i64::from(width) - middle_x, index / i64::from(width) - middle_y);
        let far = x * x + y * y;
        if far <= (radius * 3 / 4) * (radius * 3 / 4) {
            pixel.copy_from_slice(&DOT);
        } else if far <= radius * radius {
            pixel.copy_from_slice(&RIM);
        }
    }
    Image::new_owned(pixels, width, height)
}

/// Whether this desktop shows such icons. Windows and macOS always do; on Linux a panel says so on the session
/// bus, and GNOME without an extension has none.
#[cfg(target_os = "linux")]
async fn has_place() -> bool {
    async fn ask() -> zbus::Result<bool> {
        const WATCHER: &str = "org.kde.StatusNotifierWatcher";
        let bus = zbus::Connection::session().await?;
        let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
        watcher.get_property("IsStatusNotifierHostRegistered").await
    }
    let answer = tokio::time::timeout(std::time::Duration::from_secs(2), ask()).await;
    matches!(answer, Ok(Ok(true)))
}

#[cfg(not(target_os = "linux"))]
async fn has_place() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::with_dot;
    use tauri::image::Image;

    #[test]
    fn the_dot_is_in_the_upper_right_corner_only() {
        let icon = Image::new_owned(vec![0; 64 * 64 * 4], 64, 64);
        let dotted = with_dot(&icon);
        let alpha = |x: usize, y: usize| dotted.rgba()[(y * 64 + x) * 4 + 3];
        assert_eq!((alpha(48, 16), alpha(5, 5), alpha(5, 60), alpha(60, 60)), (255, 0, 0, 0));
    }
}
