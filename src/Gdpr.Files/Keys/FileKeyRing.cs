using System.Security.Cryptography;
using System.Text.Json;
using Gdpr.Files.Durable;
using Gdpr.Journals;

namespace Gdpr.Files.Keys;

/// <summary>A key ring in a file: outside every database of the library and its backups, and for its owner's eyes only.</summary>
/// <remarks>
/// <para>The file is JSON: the id of the current key, and every key by id in Base64, each of at least 32 bytes. It is read once.</para>
/// <para>It is created by <see cref="Create"/> alone, never as a side effect: a ring made anew where the old one is out of reach would make every
/// identifier and every checkpoint unreadable. On Unix a file that the group or others may use is refused.</para>
/// </remarks>
public sealed class FileKeyRing : IKeyRing
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly InMemoryKeyRing _keys;

    private FileKeyRing(string path, InMemoryKeyRing keys)
    {
        Path = path;
        _keys = keys;
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string CurrentKeyId => _keys.CurrentKeyId;

    /// <inheritdoc/>
    public IReadOnlyList<string> KeyIds => _keys.KeyIds;

    /// <summary>Opens a ring.</summary>
    /// <param name="path">The file. A relative path is taken from the application's base directory.</param>
    /// <exception cref="KeyRingException">The file is missing, cannot be read, is no key ring, or others than its owner may use it.</exception>
    public static FileKeyRing Open(string path)
    {
        var full = Full(path);
        return Guarded(full, () => new FileKeyRing(full, Read(full).ToKeys()));
    }

    /// <summary>Creates a ring of one fresh random key.</summary>
    /// <param name="path">The file. A relative path is taken from the application's base directory.</param>
    /// <exception cref="KeyRingException">The file is there already, or cannot be written.</exception>
    public static FileKeyRing Create(string path)
    {
        var full = Full(path);
        Guarded(full, () =>
        {
            using var stream = new FileStream(full, DurableFile.Options(FileMode.CreateNew, OwnerOnly));
            JsonSerializer.Serialize(stream, KeyFile.Empty.WithFreshKey(), FileJson.Default.KeyFile);
            stream.Flush(flushToDisk: true);
            DurableFile.FlushFolderOf(full);
            return true;
        });
        return Open(full);
    }

    /// <summary>Adds a fresh random key and makes it the current one. The old keys stay for look-up. Rotations take turns by a lock file beside the ring.</summary>
    /// <param name="path">The file. A relative path is taken from the application's base directory.</param>
    /// <exception cref="KeyRingException">The file is missing, cannot be read or written, is no key ring, or others than its owner may use it.</exception>
    public static FileKeyRing Rotate(string path)
    {
        var full = Full(path);
        Guarded(full, () =>
        {
            // A ring that is none is refused before anything is written beside it; a link stays one, and the file that it leads to is replaced.
            Read(full).ToKeys();
            var real = DurableFile.Real(full);
            using var locked = FileLock.TakeAsync(real + ".lock", FileLock.Patience, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            DurableFile.Replace(real, JsonSerializer.SerializeToUtf8Bytes(Read(real).WithFreshKey(), FileJson.Default.KeyFile), OwnerOnly);
            return true;
        });
        return Open(full);
    }

    /// <inheritdoc/>
    public Digest Authenticate(string keyId, ReadOnlySpan<byte> content) => _keys.Authenticate(keyId, content);

    private static string Full(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return System.IO.Path.GetFullPath(path, AppContext.BaseDirectory);
    }

    private static KeyFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new KeyRingException(
                $"The key ring '{path}' is missing: give it back from where keys are kept safe; on the very first start create it with FileKeyRing.Create.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != UnixFileMode.None)
        {
            throw new KeyRingException($"Others than its owner may use the key ring '{path}': 'chmod 600' it, and rotate the keys if somebody may have read them.");
        }

        return FileJson.Parse(File.ReadAllText(path), FileJson.Default.KeyFile);
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or KeyMissingException)
        {
            throw new KeyRingException($"The key ring '{path}' is none. {exception.Message} Restore it from where keys are kept safe.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be used: {exception.Message}", exception);
        }
    }
}

/// <summary>The file of a key ring.</summary>
internal sealed record KeyFile(string Current, IReadOnlyDictionary<string, string> Keys)
{
    public static KeyFile Empty { get; } = new("", new Dictionary<string, string>(StringComparer.Ordinal));

    public KeyFile WithFreshKey()
    {
        var number = Keys.Count + 1;
        while (Keys.ContainsKey($"k{number}"))
        {
            number++;
        }

        var keys = new Dictionary<string, string>(Keys, StringComparer.Ordinal)
        {
            [$"k{number}"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(InMemoryKeyRing.LeastKeySize)),
        };
        return new KeyFile($"k{number}", keys);
    }

    public InMemoryKeyRing ToKeys() => new(Current, Keys.ToDictionary(key => key.Key, ToBytes, StringComparer.Ordinal));

    /// <summary>Nothing of the keys.</summary>
    public override string ToString() => nameof(KeyFile);

    private static ReadOnlyMemory<byte> ToBytes(KeyValuePair<string, string> key)
    {
        // The type says that none is missing; the file may say otherwise.
        var bytes = new byte[key.Value?.Length ?? throw new FormatException($"Key '{key.Key}' has no value.")];
        return Convert.TryFromBase64String(key.Value, bytes, out var length)
            ? bytes.AsMemory(0, length)
            : throw new FormatException($"Key '{key.Key}' is not in Base64.");
    }
}
