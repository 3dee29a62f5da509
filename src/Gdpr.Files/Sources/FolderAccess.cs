using Gdpr.Sources;

namespace Gdpr.Files.Sources;

/// <summary>How a source gets at its folder: alone where something changes, and with what the system refuses told in words that name no file.</summary>
internal sealed class FolderAccess(string source, string folder, BesideData beside, FileBatches batches)
{
    /// <summary>Works alone, after settling what an interrupted batch left behind, which destroys nothing.</summary>
    public async ValueTask<T> LockedAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        IDisposable locked;
        try
        {
            locked = await beside.LockAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException(
                source, $"its folder '{folder}' cannot be locked: {exception.Message} Prepare the source, or wait for the other process.", exception);
        }

        using (locked)
        {
            return Guarded(() =>
            {
                batches.RecoverInterrupted();
                return work();
            });
        }
    }

    /// <summary>Works with files that may not be there, or not be the application's to read.</summary>
    public T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The system's own message may name a file, and a name may be personal data.
            throw new SourceUnavailableException(
                source, $"something in its folder cannot be read or written ({exception.GetType().Name}, {exception.HResult:x8}). "
                + "Check the disk and the application's rights there, or give patterns that stay out of folders that are not its own.");
        }
        catch (FormatException exception)
        {
            throw new SourceUnavailableException(source, $"what its folder holds is not as it should be. {exception.Message}", exception);
        }
    }
}
