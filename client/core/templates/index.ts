// What new dashboards, and charts without data, can start from; apart, because few pages need it
export * from '../../../model/templates/sample-dataset.ts';
export * from '../../../model/templates/templates.ts';
