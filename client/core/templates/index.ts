// What new dashboards can start from; apart, because few pages need it
export * from '../../../model/templates/templates.ts';
