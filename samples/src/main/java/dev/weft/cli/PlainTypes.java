package dev.weft.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.FieldTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Weft's classes without their annotations of types, for jshell's compiler to read: jshell declares each variable by the text of its type,
 * and spoils types such as {@code Task<@Nullable Void>} (JDK 25).
 */
final class PlainTypes {
    private static final ClassTransform PLAIN = (builder, element) -> {
        switch (element) {
            case MethodModel method ->
                builder.transformMethod(
                        method, MethodTransform.dropping(RuntimeVisibleTypeAnnotationsAttribute.class::isInstance));
            case FieldModel field ->
                builder.transformField(
                        field, FieldTransform.dropping(RuntimeVisibleTypeAnnotationsAttribute.class::isInstance));
            case RuntimeVisibleTypeAnnotationsAttribute _ -> {}
            case ClassElement other -> builder.with(other);
        }
    };

    private PlainTypes() {}

    /** Writes them into a jar file. */
    static void write(Path jar, List<Class<?>> oneOfEach) throws IOException {
        Set<URI> places = new LinkedHashSet<>();
        for (Class<?> type : oneOfEach) {
            try {
                places.add(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
            } catch (URISyntaxException e) {
                throw new IOException("cannot find " + type, e);
            }
        }
        try (OutputStream file = Files.newOutputStream(jar);
                var zip = new ZipOutputStream(file)) {
            for (URI place : places) {
                Path path = Path.of(place);
                if (Files.isDirectory(path)) {
                    copy(path, zip);
                } else {
                    try (FileSystem inside = FileSystems.newFileSystem(path, Map.of())) {
                        copy(inside.getPath("/"), zip);
                    }
                }
            }
        }
    }

    private static void copy(Path root, ZipOutputStream zip) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(root.resolve("dev").resolve("weft"))) {
            classes = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.toString().contains("internal"))
                    .toList();
        }
        ClassFile format = ClassFile.of();
        for (Path file : classes) {
            byte[] bytes = format.transformClass(format.parse(Files.readAllBytes(file)), PLAIN);
            zip.putNextEntry(new ZipEntry(root.relativize(file).toString().replace('\\', '/')));
            zip.write(bytes);
        }
    }
}
