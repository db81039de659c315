import java.io.*;
import java.lang.reflect.Modifier;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.nio.file.attribute.FileTime;
import java.util.*;
import java.util.jar.*;
import java.util.stream.*;
import java.util.zip.*;

/**
 * Lays out the program that Maven or Gradle has made: `app/app.jar`, which `java -jar` starts, jars of the project's other modules in
 * `app/modules`, and everybody else's in `lib`. The same input gives the same bytes.
 *
 * What Quarkus makes, `quarkus-app`, keeps its own layout, which its files know of: everybody else's jars go to `lib`, and the rest to `app`.
 *
 * Its arguments are the folder with the module's jars, the file with the class path (one line, or a jar a line), the folder of the sources, and
 * the folder to fill. `MAIN_CLASS` is the class to start, and `MAIN_HINT` the one to start if the jar names none; `JAR_NAME` is what the build
 * file calls the module's jar, where it says so. It runs on Java 8 and later.
 */
class Assemble {
  static final long TIME = 315532802000L; // 1980-01-01T00:00:02Z, the first that a zip file can hold.

  final Path out;
  final Set<String> taken = new HashSet<>();
  final List<String> classPath = new ArrayList<>();

  Assemble(Path out) {
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    Path made = Paths.get(args[0]), sources = Paths.get(args[2]);
    List<Path> libraries = new ArrayList<>();
    if (Files.exists(Paths.get(args[1]))) {
      for (String line : Files.readAllLines(Paths.get(args[1])))
        for (String path : line.split(File.pathSeparator)) if (!path.trim().isEmpty()) libraries.add(Paths.get(path.trim()));
    }
    Assemble assemble = new Assemble(Paths.get(args[3]));
    for (String folder : new String[] {"app", "lib"}) Files.createDirectories(assemble.out.resolve(folder));
    assemble.program(made, libraries, sources);
    try (Stream<Path> files = Files.walk(assemble.out)) {
      for (Path each : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) Files.setLastModifiedTime(each, FileTime.fromMillis(TIME));
    }
  }

  void program(Path made, List<Path> libraries, Path sources) throws Exception {
    for (Path folder : new Path[] {made.resolve("quarkus-app"), made.resolveSibling("quarkus-app")})
      if (Files.exists(folder.resolve("quarkus-run.jar"))) {
        quarkus(folder, libraries, sources);
        return;
      }
    Path jar = choose(made, wantedName(made));
    Manifest manifest;
    Map<String, byte[]> entries = new TreeMap<>();
    List<Map.Entry<String, byte[]>> nested = new ArrayList<>();
    boolean boot;
    try (JarFile file = new JarFile(jar.toFile())) {
      manifest = file.getManifest() == null ? new Manifest() : file.getManifest();
      boot = file.getEntry("BOOT-INF/") != null || file.getEntry("BOOT-INF/classes/") != null;
      for (JarEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        if (name.equals(JarFile.MANIFEST_NAME)) continue;
        byte[] bytes = entry.isDirectory() ? new byte[0] : read(file.getInputStream(entry));
        if (!boot) entries.put(name, bytes);
        else if (name.startsWith("BOOT-INF/lib/") && name.endsWith(".jar")) nested.add(new AbstractMap.SimpleEntry<>(name.substring(13), bytes));
        else if (name.startsWith("BOOT-INF/classes/") && name.length() > 17) entries.put(name.substring(17), bytes);
        else if (name.startsWith("META-INF/")) entries.put(name, bytes);
      }
    }
    Attributes main = manifest.getMainAttributes();
    main.putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
    Set<String> siblings = new HashSet<>();
    for (Path library : libraries) if (library.startsWith(sources)) siblings.add(library.getFileName().toString());
    if (boot) {
      // What Spring's own `jarmode=tools extract` does, for every release of it.
      for (Map.Entry<String, byte[]> each : nested) {
        if (siblings.contains(each.getKey())) sibling(each.getKey(), new ByteArrayInputStream(each.getValue()));
        else library(each.getKey(), new ByteArrayInputStream(each.getValue()));
      }
      String start = main.getValue("Start-Class");
      if (start != null) main.put(Attributes.Name.MAIN_CLASS, start);
      for (String name : new String[] {"Start-Class", "Spring-Boot-Classes", "Spring-Boot-Lib", "Spring-Boot-Classpath-Index", "Spring-Boot-Layers-Index"})
        main.remove(new Attributes.Name(name));
    } else if (jar.getFileName().toString().endsWith(RUNNER)) {
      // Of Quarkus: it holds its libraries already, or they stand in a folder beside it, in an order of their own.
      if (main.getValue(Attributes.Name.CLASS_PATH) != null)
        throw fail(jar.getFileName() + " is of the kind `legacy-jar`, which is not laid out. Delete `quarkus.package.jar.type` from the project's settings.");
    } else if (!Files.exists(jar.resolveSibling("original-" + jar.getFileName()))) {
      // A shaded jar, which has its original beside it, holds its libraries already.
      for (Path library : libraries) {
        if (Files.isDirectory(library)) throw fail(library + " is a folder, where the jar of a module should be");
        try (InputStream in = Files.newInputStream(library)) {
          if (library.startsWith(sources)) sibling(library.getFileName().toString(), in);
          else library(library.getFileName().toString(), in);
        }
      }
    }
    if (classPath.isEmpty()) main.remove(Attributes.Name.CLASS_PATH);
    else main.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
    String wanted = System.getenv("MAIN_CLASS"), hint = System.getenv("MAIN_HINT");
    if (wanted != null && !wanted.isEmpty()) main.put(Attributes.Name.MAIN_CLASS, wanted);
    else if (main.getValue(Attributes.Name.MAIN_CLASS) == null) main.put(Attributes.Name.MAIN_CLASS, hint != null && !hint.isEmpty() ? hint : only(jar, entries, libraries));
    Path app = out.resolve("app/app.jar");
    write(app, manifest, entries);
    System.out.println(jar.getFileName() + ": starts " + main.getValue(Attributes.Name.MAIN_CLASS) + ", with " + classPath.size() + " jars beside it");
  }

  /** What the build file calls the module's jar, where that is known. */
  static String wantedName(Path folder) throws IOException {
    String name = System.getenv("JAR_NAME");
    if (name != null && !name.isEmpty()) return name;
    for (Path written : new Path[] {Paths.get("/tmp/slipway-jar"), folder.resolve("maven-archiver/pom.properties")}) {
      if (!Files.exists(written)) continue;
      if (!written.endsWith("pom.properties")) return new String(Files.readAllBytes(written), StandardCharsets.UTF_8).trim();
      Properties properties = new Properties();
      try (InputStream in = Files.newInputStream(written)) {
        properties.load(in);
      }
      return properties.getProperty("artifactId") + "-" + properties.getProperty("version") + ".jar";
    }
    return "";
  }

  /** The module's jar among what a build leaves: not those that are made beside it. */
  static Path choose(Path folder, String wanted) throws Exception {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path jar : jars) {
          String name = jar.getFileName().toString();
          if (!name.matches("original-.*|.*-(sources|test-sources|javadoc|test-javadoc|tests|test-fixtures|plain)\\.jar")) found.add(jar);
        }
      }
    }
    found.sort(Comparator.comparing(jar -> jar.getFileName().toString()));
    if (found.isEmpty()) throw fail("There is no jar in " + folder + ". Name the module that makes the program with `module`.");
    for (Path jar : found) if (jar.getFileName().toString().endsWith(RUNNER)) return jar;
    for (Path jar : found) if (jar.getFileName().toString().equals(wanted)) return jar;
    // The same with its libraries in it, beside the module's own jar.
    List<Path> own = new ArrayList<>(found);
    if (own.size() > 1) own.removeIf(jar -> jar.getFileName().toString().matches(".*-(all|boot|exec|fat|jar-with-dependencies|shaded|uber)\\.jar"));
    if (own.size() == 1) return own.get(0);
    List<String> names = new ArrayList<>();
    for (Path jar : found) names.add(jar.getFileName().toString());
    throw fail("There are several jars in " + folder + ": " + String.join(", ", names)
        + (wanted.isEmpty() ? "." : ", and none is " + wanted + ", as the build file calls the module's.")
        + " Make the build leave one, or call the one to run as the build file does (`finalName` of Maven, `archiveFileName` of Gradle).");
  }

  static final String RUNNER = "-runner.jar";

  /** What Quarkus has laid out: its starter finds everything from the place of its own jar in `lib/boot`. */
  void quarkus(Path folder, List<Path> libraries, Path sources) throws Exception {
    String main = System.getenv("MAIN_CLASS");
    if (main != null && !main.isEmpty()) throw fail("Quarkus starts its programs itself. Delete `main`, and set `quarkus.package.main-class` in the project.");
    Set<String> siblings = new HashSet<>();
    for (Path library : libraries) if (library.startsWith(sources)) siblings.add("." + library.getFileName());
    int count = 0;
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
    }
    for (Path file : files) {
      String inside = folder.relativize(file).toString();
      boolean own = !inside.startsWith("lib/");
      for (String sibling : siblings) own |= inside.endsWith(sibling);
      if (inside.equals("quarkus-app-dependencies.txt")) continue;
      Path target = own ? out.resolve("app").resolve(inside.equals("quarkus-run.jar") ? "app.jar" : inside) : out.resolve(inside);
      Files.createDirectories(target.getParent());
      if (own && inside.endsWith(".jar")) try (InputStream in = Files.newInputStream(file)) { again(in, target); }
      else Files.copy(file, target);
      if (!own) count++;
    }
    System.out.println("quarkus-app: laid out as it is, with " + count + " jars of libraries");
  }

  /** The one class that has `main`. */
  static String only(Path jar, Map<String, byte[]> entries, List<Path> libraries) throws Exception {
    List<URL> urls = new ArrayList<>(Collections.singletonList(jar.toUri().toURL()));
    for (Path library : libraries) urls.add(library.toUri().toURL());
    List<String> found = new ArrayList<>();
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), null)) {
      for (String name : entries.keySet()) {
        if (!name.endsWith(".class") || name.startsWith("META-INF/") || name.endsWith("-info.class")) continue;
        String type = name.substring(0, name.length() - 6).replace('/', '.');
        try {
          if (Modifier.isStatic(Class.forName(type, false, loader).getDeclaredMethod("main", String[].class).getModifiers())) found.add(type);
        } catch (ReflectiveOperationException | LinkageError none) {
          // It has none, or cannot be asked.
        }
      }
    }
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty()) throw fail("No class of " + jar.getFileName() + " has `main`. Name the module that makes the program with `module`.");
    throw fail("These classes have `main`: " + String.join(", ", found) + ". Name the one to start, as in `main: " + found.get(0) + "`.");
  }

  void library(String name, InputStream in) throws IOException {
    name = unique(name);
    Files.copy(in, out.resolve("lib").resolve(name));
    classPath.add("lib/" + url(name));
  }

  /** A jar of this project, which is made anew every time: without the times of its making. */
  void sibling(String name, InputStream in) throws IOException {
    name = unique(name);
    again(in, Files.createDirectories(out.resolve("app/modules")).resolve(name));
    classPath.add("modules/" + url(name));
  }

  /** Writes a jar once more, without times. */
  static void again(InputStream in, Path target) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    Manifest manifest = new Manifest();
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        byte[] bytes = read(new FilterInputStream(zip) { @Override public void close() {} });
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) manifest = new Manifest(new ByteArrayInputStream(bytes));
        else entries.put(entry.getName(), bytes);
      }
    }
    manifest.getMainAttributes().putIfAbsent(Attributes.Name.MANIFEST_VERSION, "1.0");
    write(target, manifest, entries);
  }

  String unique(String name) {
    String free = name;
    for (int i = 2; !taken.add(free); i++) free = i + "-" + name;
    return free;
  }

  static String url(String name) {
    try {
      return new URI(null, null, name, null).getRawPath();
    } catch (URISyntaxException strange) {
      return name;
    }
  }

  static void write(Path path, Manifest manifest, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(path)))) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      manifest.write(text);
      put(zip, "META-INF/", new byte[0]);
      put(zip, JarFile.MANIFEST_NAME, text.toByteArray());
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        byte[] bytes = entry.getValue();
        if (entry.getKey().equals("META-INF/")) continue;
        if (entry.getKey().startsWith("META-INF/maven/") && entry.getKey().endsWith("/pom.properties")) bytes = withoutComments(bytes);
        put(zip, entry.getKey(), bytes);
      }
    }
  }

  static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // Local time is what a zip file holds: the step's is UTC.
    entry.setTime(TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** Old releases of Maven's plugins write the time into a comment. */
  static byte[] withoutComments(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return Arrays.stream(text.split("\r?\n")).filter(line -> !line.startsWith("#")).sorted().collect(Collectors.joining("\n", "", "\n")).getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] read(InputStream in) throws IOException {
    try (InputStream all = in) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] buffer = new byte[65536];
      for (int count; (count = all.read(buffer)) > 0; ) bytes.write(buffer, 0, count);
      return bytes.toByteArray();
    }
  }

  static IllegalStateException fail(String what) {
    System.err.println(what);
    System.exit(1);
    return new IllegalStateException(what);
  }
}
