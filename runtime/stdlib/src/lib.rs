//! stdlib of pyrsc.
