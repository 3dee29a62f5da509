using System.Diagnostics;

namespace Gdpr.Files.Durable;

/// <summary>A lock between threads and processes of one machine: whoever has the file open has the lock. It ends with its process.</summary>
internal static class FileLock
{
    private const int RetryMilliseconds = 15;

    /// <summary>How long to wait for others.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock's file; it is created where it is missing, and stays.</param>
    /// <param name="patience">How long to wait for others.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>What to dispose of to give the lock back.</returns>
    /// <exception cref="IOException">Others kept the lock for too long, or there can be no such file.</exception>
    public static async ValueTask<IDisposable> TakeAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException exception) when (exception.GetType() == typeof(IOException) && Stopwatch.GetElapsedTime(start) < patience)
            {
                // A missing folder or a path too long has an exception type of its own; what remains is that somebody has it open.
                await Task.Delay(RetryMilliseconds, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
