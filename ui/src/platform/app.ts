/** Whether this page is in a window of the desktop app, which shows notifications of its own. */
export const inDesktopApp = (): boolean => '__TAURI_INTERNALS__' in window
