//! Options of the Java preset.

use crate::Template;
use crate::model::form;

words! {
    /// The build tool of a Java project.
    pub enum JavaTool as "supported tool" {
        /// Maven, detected by `pom.xml`.
        Maven = "maven",
        /// Gradle, detected by `build.gradle` or `build.gradle.kts`.
        Gradle = "gradle",
    }
}

record! {
    /// Options of a Java build; absent ones are detected or have a default.
    pub struct JavaOptions as "a java build" (Default) {
        /// Version of Java.
        /// Default: detected from the project's files
        /// Example: `"21"`
        java: Option<Template>,
        /// The build tool.
        /// Default: detected from the project's files
        /// Example: `gradle`
        tool: Option<JavaTool>,
        /// Whether to use the tool's release from the project's wrapper, instead of the one in the image.
        /// Default: `true` if the project has a wrapper
        /// Example: `false`
        wrapper: Option<bool>,
        /// The module that produces the program, in a project with several.
        /// Default: the root
        /// Example: `service`
        module: Option<Template>,
        /// The main class.
        /// Default: from the manifest of the jar
        /// Example: `com.acme.Report`
        main: Option<Template>,
        /// The folder of the application in images: `app.jar`, and its libraries in `lib`. It is also the working
        /// directory.
        /// Default: `/app`
        /// Example: `/opt/report`
        destination: Option<Template> where form::absolute,
    }
}
