using System.Net.Sockets;
using Gdpr.Journals;
using Npgsql;

namespace Gdpr.PostgreSql.Stores;

/// <summary>PostgreSQL's errors in the library's words, each with its mend.</summary>
internal static class StoreErrors
{
    private const string Prepare = "Prepare the store before using it, and let nothing else change its tables.";
    private const string Reach = "Check the connection string, that the server runs and takes connections from here, and the role's password and rights.";
    private const string Primary = "The stores need the primary server: name it in the connection string (Target Session Attributes=primary).";
    private const string Again = "Try again; keep transactions short, and give them and the connection pool room.";

    /// <summary>Whether an exception is one of the database's or of the way there.</summary>
    public static bool IsOfDatabase(Exception exception) => exception is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>The exception to report in place of one of the database's.</summary>
    public static StoreException Of(string place, Exception exception)
    {
        var (failure, mend) = exception switch
        {
            PostgresException refused => Of(refused.SqlState),
            _ when exception is TimeoutException || exception.InnerException is TimeoutException => (StoreFailure.Busy, Again),
            _ => (StoreFailure.Unavailable, Reach),
        };
        return new StoreException(failure, place, $"{CauseOf(exception)} {mend}", exception);
    }

    /// <summary>The connection leads to a server that follows another, and does not know which writers are running there.</summary>
    public static StoreException OfStandby(string place) => new(StoreFailure.Unavailable, place, $"The server is a standby. {Primary}");

    private static (StoreFailure Failure, string Mend) Of(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.TooManyConnections => (StoreFailure.Busy, Again),
        PostgresErrorCodes.DiskFull => (StoreFailure.Full, "Make room on the server's disk; nothing was written."),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName => (StoreFailure.Unavailable, Prepare),
        PostgresErrorCodes.InsufficientPrivilege => (StoreFailure.Unavailable, "Grant the role what it lacks: see PostgreSqlStoreMigrations."),
        PostgresErrorCodes.ReadOnlySqlTransaction => (StoreFailure.Unavailable, Primary),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (
            StoreFailure.Corrupt, "The database is damaged: restore the last good backup and verify the journal."),
        _ when state.StartsWith("54", StringComparison.Ordinal) => (
            StoreFailure.Unavailable, "Something is larger than PostgreSQL takes: give it a shorter name, or less content."),
        _ when state.StartsWith("23", StringComparison.Ordinal) => (StoreFailure.Corrupt, "What the tables hold is not what the store wrote. Verify the journal."),
        _ => (StoreFailure.Unavailable, Reach),
    };

    /// <summary>The real cause. PostgreSQL's words name tables and columns; those about data (class 22) may hold a value, and are left out.</summary>
    private static string CauseOf(Exception exception)
    {
        var cause = exception switch
        {
            PostgresException { SqlState: ['2', '2', ..] } data => $"a value was refused ({data.SqlState})",
            PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
            { InnerException: { } inner } => $"{exception.Message.TrimEnd('.')}: {inner.Message}",
            _ => exception.Message,
        };
        return cause.EndsWith('.') ? cause : $"{cause}.";
    }
}
