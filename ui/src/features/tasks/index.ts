export { Book } from './core/book.svelte'
export { addDays, dateOf, dayOf } from './core/days'
export { useDoing, type Doing } from './core/doing.svelte'
export { byRank, columnsOf, isOpen, neighbours, PRIORITIES, type Column } from './core/order'
export { problemText } from './core/problems'
export {
  nthName,
  recurrenceText,
  repeatOf,
  ruleOf,
  WEEK,
  weekdayName,
  weekdayShort,
  type Unit,
} from './core/recurrence'
export { isIn, mayEdit, mayJoin, mayManage } from './core/rights'
export { todayOf } from './core/today'
export { dayName, groupName, priorityName, relationName } from './core/words'
export { default as MessageTasks } from './chips/MessageTasks.svelte'
export { default as Due } from './fields/Due.svelte'
export { default as DueField } from './fields/DueField.svelte'
export { default as LabelChip } from './fields/LabelChip.svelte'
export { default as People } from './fields/People.svelte'
export { default as PriorityIcon } from './fields/PriorityIcon.svelte'
export { default as ProjectIcon } from './fields/ProjectIcon.svelte'
export { default as StatusDot } from './fields/StatusDot.svelte'
export { default as TaskMenu } from './fields/TaskMenu.svelte'
export { default as TitleEdit } from './fields/TitleEdit.svelte'
export { dayAt } from './making/parse'
export { makeTask, mayMakeTasks } from './making/fromMessage'
export { Makings, provideMaking, useMaking, type Making } from './making/making.svelte'
export { default as TasksDialogs } from './making/TasksDialogs.svelte'
