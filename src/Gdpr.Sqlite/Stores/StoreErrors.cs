using Gdpr.Journals;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Stores;

/// <summary>SQLite's errors in the library's words, each with its mend.</summary>
internal static class StoreErrors
{
    private const int LowByte = 0xFF;

    public static StoreException Of(string file, SqliteException exception)
    {
        // SQLite's own words name tables and columns, never values.
        var (failure, mend) = (exception.SqliteErrorCode & LowByte) switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                (StoreFailure.Busy, "Another connection keeps the database locked. Try again, keep transactions short, or give 'Default Timeout' more seconds."),
            raw.SQLITE_FULL => (StoreFailure.Full, "Make room on the disk; nothing was written."),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                (StoreFailure.Corrupt, "The file is damaged or is no SQLite database. Check the path; restore the last good backup and verify the journal."),
            raw.SQLITE_ERROR =>
                (StoreFailure.Unavailable, "Prepare the store before using it, and let nothing else change its tables."),
            raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH =>
                (StoreFailure.Corrupt, "What the tables hold is not what the store wrote. Verify the journal."),
            _ => (StoreFailure.Unavailable, "Check that the folder exists, that the application may read and write there, and that the disk works."),
        };
        return new StoreException(failure, file, $"{exception.Message} {mend}", exception);
    }
}
