using System.Data.Common;
using Npgsql;

namespace Gdpr.PostgreSql.Sources;

/// <summary>What went wrong, in words that hold no value of a record: PostgreSQL's own may.</summary>
internal static class PostgreSqlCauses
{
    public static string Of(DbException problem) => problem switch
    {
        PostgresException refused => Of(refused),
        { InnerException: TimeoutException } => "the database did not answer in time: see what holds it up, or give the connection string a longer Command Timeout.",
        _ => $"the database cannot be reached ({problem.InnerException?.Message ?? problem.Message}): "
            + "see that the server runs, and that host, port and database are right.",
    };

    private static string Of(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => $"rows or tables were locked by another transaction for too long{On(refused)}: let it finish, and try again.",
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => $"another transaction got in the way (error {refused.SqlState}): try again.",
        PostgresErrorCodes.InsufficientPrivilege => $"the role may not do this{On(refused)}, or row-level security would keep rows from it: "
            + "give it BYPASSRLS against that; otherwise grant it what the documentation lists, or run the statements of PostgreSqlSourceSchema under one that may.",
        PostgresErrorCodes.InvalidCatalogName => "there is no such database: name one that is there.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "the server refused the role or its password.",
        PostgresErrorCodes.TooManyConnections => "the server has no connection left: give it more, or use fewer workers.",
        PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => $"the server has no room left (error {refused.SqlState}).",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction =>
            $"something that was there when the source was prepared is gone (error {refused.SqlState}): prepare it again.",
        ['2', '3', ..] => $"a constraint forbids the change (error {refused.SqlState}{Named(refused)}): see what refers to the table, and its checks.",
        ['5', '7', 'P', ..] or ['0', '8', ..] => $"the server ended the connection (error {refused.SqlState}): try again.",
        _ => $"the database refused a statement (error {refused.SqlState}{Named(refused)}): see its triggers and rules.",
    };

    private static string On(PostgresException refused) => refused.TableName is { Length: > 0 } table ? $" on table '{table}'" : "";

    private static string Named(PostgresException refused) => refused.ConstraintName is { Length: > 0 } constraint ? $", constraint '{constraint}'" : "";
}
