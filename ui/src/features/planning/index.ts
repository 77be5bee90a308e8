export { default as TasksFrame } from './frame/TasksFrame.svelte'
export { default as MyTasks } from './mine/MyTasks.svelte'
export { default as ProjectPage } from './project/ProjectPage.svelte'
export { default as TaskPage } from './task/TaskPage.svelte'
