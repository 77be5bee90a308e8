//! The app's life: what it is made of, how it starts and how it ends.

use crate::{
    arguments::Arguments, attention, awake::Awake, commands, graphics, hub, hub::Hub, leaving, nearby::Nearby,
    preferences::Preferences, restoring::Chosen, tray, updates, view::View, windows,
};
use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};
use tauri::{AppHandle, Emitter, Manager, RunEvent};
use tauri_plugin_window_state::StateFlags;

/// What all parts of the app share.
#[derive(Debug)]
pub(crate) struct Desktop {
    pub(crate) arguments: Arguments,
    pub(crate) preferences: Preferences,
    pub(crate) hub: Hub,
    pub(crate) awake: Awake,
    pub(crate) nearby: Nearby,
    pub(crate) chosen: Chosen,
    /// The icon beside the clock; empty until it is there, and where there is no place for one.
    pub(crate) tray: OnceLock<tray::Tray>,
    view: Mutex<View>,
}

impl Desktop {
    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the launcher shows now.
    pub(crate) fn shown(&self) -> View {
        self.view().clone()
    }
}

/// The app's shared state.
pub(crate) fn desktop(app: &AppHandle) -> &Desktop {
    app.state::<Desktop>().inner()
}

/// Shows a view in the launcher, now or when it opens.
pub(crate) fn show(app: &AppHandle, view: View) {
    *desktop(app).view() = view.clone();
    if let Err(error) = app.emit_to(windows::LAUNCHER, "view", view) {
        tracing::warn!(%error, "the launcher was not told");
    }
}

/// What of a window is remembered.
pub(crate) fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN
}

/// Runs the app until it is quit.
///
/// # Errors
/// When there is no desktop to run on, or nothing can be drawn.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    #[cfg(unix)]
    if let Some(why) = graphics::fallback(&arguments) {
        return Err(graphics::restart(why).into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // The database's parser and planner recurse deeply.
        .thread_stack_size(8 << 20)
        .build()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let desktop = Desktop {
        preferences: Preferences::open(),
        hub: Hub::default(),
        awake: Awake::default(),
        nearby: Nearby::default(),
        chosen: Chosen::default(),
        tray: OnceLock::new(),
        view: Mutex::new(View::Starting { step: crate::view::Step::Directory }),
        arguments,
    };
    let app = builder(desktop)
        .setup(|app| {
            begin(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    let code = app.run_return(|app, event| match event {
        RunEvent::ExitRequested { code: None, api, .. } => leaving::last_window_closed(app, &api),
        RunEvent::Exit => desktop_of(app).hub.stop_before_exit(),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => windows::front(app),
        _ => {}
    });
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

fn desktop_of(app: &AppHandle) -> &Desktop {
    desktop(app)
}

fn builder(desktop: Desktop) -> tauri::Builder<tauri::Wry> {
    let instance = single_instance(&desktop.arguments);
    let mut builder = tauri::Builder::default();
    // First of all plugins: a second start ends in it.
    if let Some(instance) = instance {
        builder = builder.plugin(instance);
    }
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(crate::login::plugin()).plugin(tauri_plugin_dialog::init());
    builder
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(remembered())
                .with_denylist(&[windows::LAUNCHER])
                .build(),
        )
        .manage(desktop)
        .invoke_handler(tauri::generate_handler![
            commands::drawn,
            commands::view,
            commands::start_team,
            commands::start_demo,
            commands::choose_backup,
            commands::restore_backup,
            commands::choose_again,
            commands::try_again,
            commands::open_hub,
            commands::nearby,
            commands::join_address,
            commands::open_team,
            commands::forget_team,
            commands::show_data,
            commands::stay,
            commands::quit,
        ])
        .on_window_event(windows::on_event)
}

/// Brings the running app to the front instead of starting another. This is a courtesy: what keeps two
/// processes apart is the lock on the data directory. So the name under which the running app is found
/// has the data directory in it where the system allows, and elsewhere only the usual one is looked for.
fn single_instance(arguments: &Arguments) -> Option<tauri::plugin::TauriPlugin<tauri::Wry>> {
    let named = arguments.data.clone().or_else(|| std::env::var_os("HEARTH_DATA").map(PathBuf::from));
    let builder =
        tauri_plugin_single_instance::Builder::new().callback(|app, _arguments, _directory| windows::front(app));
    match named {
        None => Some(builder.build()),
        Some(data) if cfg!(target_os = "linux") => {
            let data = std::path::absolute(&data).unwrap_or(data);
            Some(builder.dbus_id(format!("{}.data{:016x}", crate::IDENTIFIER, fingerprint(&data))).build())
        }
        Some(_) => None,
    }
}

/// The same number for the same path in every process of this version.
fn fingerprint(path: &std::path::Path) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// The first thing is a window; everything else comes after it or beside it.
fn begin(app: &AppHandle) {
    let state = desktop(app);
    if !state.arguments.background {
        graphics::about_to_draw();
        windows::launcher(app);
    }
    tauri::async_runtime::spawn(leaving::on_signal(app.clone()));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tray::put_up(&app).await;
        let state = desktop(&app);
        if state.preferences.read(|choices| choices.keep_awake) {
            state.awake.set(true);
        }
        attention::open_when_clicked(&app);
        updates::register(&app);
        Box::pin(hub::begin(&app)).await;
    });
}
