using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gdpr.Files.Durable;
using Gdpr.Journals;
using NodaTime.Text;

namespace Gdpr.Files.Witnesses;

/// <summary>A witness in a file: on another disk, volume or share than the journal's database and its backups, or it witnesses nothing.</summary>
/// <remarks>
/// <para>The file holds the latest checkpoint and is replaced as a whole. Beside it, <c>.tombstones</c> holds one tombstone per line and only grows, and
/// <c>.lock</c> keeps writers apart, those of other processes on the machine included. Every write is on the disk before it counts as done.</para>
/// <para>A missing file says that nothing has been witnessed; a missing folder, or a file that cannot be read, that nobody knows.</para>
/// </remarks>
public sealed class FileJournalWitness : IJournalWitness
{
    private readonly LineFile _tombstones;
    private readonly Lock _known = new();
    private readonly HashSet<Digest> _knownLines = [];
    private long _knownTo;

    /// <summary>Describes a witness; writes nothing yet.</summary>
    /// <param name="path">The file. A relative path is taken from the application's base directory. Its folder has to exist.</param>
    public FileJournalWitness(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path, AppContext.BaseDirectory);
        _tombstones = new LineFile(Path + ".tombstones");
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public ValueTask<JournalCheckpoint?> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Guarded(Read));
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(JournalCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using var locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        Guarded(() =>
        {
            var kept = Read();
            if (kept == checkpoint)
            {
                return true;
            }

            if (kept is not null && kept.Number >= checkpoint.Number)
            {
                throw new WitnessException($"The witness '{Path}' has checkpoint {kept.Number} and refuses another of number {checkpoint.Number}: "
                    + "the journal was restored or cut, or two journals share a witness. Verify the journal.");
            }

            DurableFile.Replace(DurableFile.Real(Path), JsonSerializer.SerializeToUtf8Bytes(CheckpointLine.Of(checkpoint), FileJson.Default.CheckpointLine));
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask AddTombstonesAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tombstones);
        using var locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        Guarded(() =>
        {
            lock (_known)
            {
                // Others may have added some since; what was read before is not read again.
                foreach (var (line, end) in _tombstones.Read(_knownTo))
                {
                    _knownLines.Add(DigestOf(line));
                    _knownTo = end;
                }

                var added = tombstones.Select(tombstone => JsonSerializer.Serialize(TombstoneLine.Of(tombstone), FileJson.Default.TombstoneLine))
                    .Distinct(StringComparer.Ordinal).Where(line => !_knownLines.Contains(DigestOf(line))).ToArray();
                if (added.Length > 0)
                {
                    _tombstones.Append(added);
                }

                return true;
            }
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Tombstone> ReadTombstonesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ValueTask.CompletedTask.ConfigureAwait(false);
        Guarded(RefuseOutOfReach);
        using var lines = _tombstones.Read().GetEnumerator();
        while (Guarded(lines.MoveNext))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return Guarded(() => FileJson.Parse(lines.Current.Line, FileJson.Default.TombstoneLine).ToTombstone());
        }
    }

    private static Digest DigestOf(string line) => Digest.Of(Encoding.UTF8.GetBytes(line));

    private JournalCheckpoint? Read()
    {
        RefuseOutOfReach();
        return File.Exists(Path) ? FileJson.Parse(File.ReadAllText(Path), FileJson.Default.CheckpointLine).ToCheckpoint() : null;
    }

    /// <summary>Refuses what is out of reach rather than not written yet.</summary>
    private bool RefuseOutOfReach()
    {
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            throw new WitnessException($"The folder of the witness '{Path}' is missing: mount it, or create it where this is the first start.");
        }

        foreach (var file in new[] { Path, _tombstones.Path })
        {
            if (Directory.Exists(file))
            {
                throw new WitnessException($"The witness '{file}' is a folder: name a file, and check what is mounted there.");
            }

            if (new FileInfo(file).LinkTarget is not null && !File.Exists(DurableFile.Real(file)))
            {
                throw new WitnessException($"The witness '{file}' is a link that leads nowhere: mount what it leads to, or name the file itself.");
            }
        }

        return true;
    }

    private async ValueTask<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Guarded(RefuseOutOfReach);
        try
        {
            return await FileLock.TakeAsync(Path + ".lock", FileLock.Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WitnessException($"The witness '{Path}' cannot be locked for writing: {exception.Message}", exception);
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WitnessException(
                $"The witness '{Path}' cannot be read or written: {exception.Message} Check its disk, and that the application may read and write there.", exception);
        }
        catch (Exception exception) when (exception is FormatException or UnparsableValueException)
        {
            throw new WitnessException(
                $"The witness '{Path}' is not as it was written. {exception.Message} Restore it from its own backup; "
                + "until then nobody knows whether the journal is whole.",
                exception);
        }
    }
}
