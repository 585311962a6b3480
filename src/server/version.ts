/** The MLflow release whose protocol is spoken; clients parse it. */
export const MLFLOW_VERSION = '3.17.2'
/** This package's version. */
export const VERSION = '0.1.0'
