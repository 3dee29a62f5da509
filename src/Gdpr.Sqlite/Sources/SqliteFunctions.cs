using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Gdpr.Relational.Values;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Sources;

/// <summary>The functions that SQLite calls: dates are read and contents changed by the same code inside the database and outside.</summary>
internal sealed class SqliteFunctions
{
    /// <summary>The code of a stored date or instant.</summary>
    public const string Time = "gdpr_time";

    /// <summary>What a content becomes.</summary>
    public const string Changed = "gdpr_changed";

    /// <summary>Whether a value is a text, and one of characters throughout.</summary>
    public const string IsText = "gdpr_is_text";

    private const int Pure = raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC;

    // By open database: functions that are there are not put there again, which statements under way would forbid.
    private static readonly ConditionalWeakTable<sqlite3, SqliteFunctions> Added = [];

    private readonly Registry<(StorageForm, string?), StoredTime> _times = new();
    private readonly Registry<ContentChange, ContentChange> _changes = new();

    /// <summary>The number by which SQL names a way of reading.</summary>
    public int IndexOf(StoredTime time) => _times.IndexOf((time.Form, time.Zone?.Id), time);

    /// <summary>The number by which SQL names a change.</summary>
    public int IndexOf(ContentChange change) => _changes.IndexOf(change, change);

    public void AddTo(SqliteConnection connection)
    {
        if (connection.Handle is { } handle && Added.TryGetValue(handle, out var added) && added == this)
        {
            return;
        }

        Check(connection, raw.sqlite3_create_function(connection.Handle, Time, 2, Pure, null, OnTime));
        Check(connection, raw.sqlite3_create_function(connection.Handle, Changed, 2, Pure, null, OnChanged));
        Check(connection, raw.sqlite3_create_function(connection.Handle, IsText, 1, Pure, null, OnIsText));
        Added.AddOrUpdate(connection.Handle!, this);
    }

    /// <summary>The code of a column of a row: what <see cref="Time"/> gives for it.</summary>
    public static long? CodeOf(sqlite3_stmt row, int column, StoredTime time) => raw.sqlite3_column_type(row, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => time.CodeOf(raw.sqlite3_column_int64(row, column)),
        raw.SQLITE_FLOAT => time.CodeOf(raw.sqlite3_column_double(row, column)),
        raw.SQLITE_TEXT => time.CodeOf(SpanOf(raw.sqlite3_column_text(row, column), raw.sqlite3_column_bytes(row, column))),
        _ => TriggerCode.Unknown,
    };

    private static void OnIsText(sqlite3_context context, object? state, sqlite3_value[] arguments) => raw.sqlite3_result_int(
        context, raw.sqlite3_value_type(arguments[0]) == raw.SQLITE_TEXT && Utf8.IsValid(TextOf(arguments[0])) ? 1 : 0);

    private void OnTime(sqlite3_context context, object? state, sqlite3_value[] arguments)
    {
        var (value, time) = (arguments[0], _times[raw.sqlite3_value_int(arguments[1])]);
        switch (raw.sqlite3_value_type(value))
        {
            case raw.SQLITE_NULL:
                raw.sqlite3_result_null(context);
                break;
            case raw.SQLITE_INTEGER:
                raw.sqlite3_result_int64(context, time.CodeOf(raw.sqlite3_value_int64(value)));
                break;
            case raw.SQLITE_FLOAT:
                raw.sqlite3_result_int64(context, time.CodeOf(raw.sqlite3_value_double(value)));
                break;
            case raw.SQLITE_TEXT:
                raw.sqlite3_result_int64(context, time.CodeOf(TextOf(value)));
                break;
            default:
                raw.sqlite3_result_int64(context, TriggerCode.Unknown);
                break;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception must not pass through native code: SQLite reports it.")]
    private void OnChanged(sqlite3_context context, object? state, sqlite3_value[] arguments)
    {
        try
        {
            switch (_changes[raw.sqlite3_value_int(arguments[1])].Apply(ContentOf(arguments[0])))
            {
                case string text:
                    raw.sqlite3_result_text(context, text);
                    break;
                case long number:
                    raw.sqlite3_result_int64(context, number);
                    break;
                case double number:
                    raw.sqlite3_result_double(context, number);
                    break;
                default:
                    raw.sqlite3_result_null(context);
                    break;
            }
        }
        catch (Exception problem)
        {
            raw.sqlite3_result_error(context, $"{Changed} failed: {problem.GetType().Name}");
        }
    }

    private static object? ContentOf(sqlite3_value value) => raw.sqlite3_value_type(value) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => raw.sqlite3_value_int64(value),
        raw.SQLITE_FLOAT => raw.sqlite3_value_double(value),
        raw.SQLITE_TEXT => raw.sqlite3_value_text(value).utf8_to_string(),
        _ => raw.sqlite3_value_blob(value).ToArray(),
    };

    /// <summary>The text where it lies: dates are read once per record.</summary>
    private static ReadOnlySpan<byte> TextOf(sqlite3_value value)
    {
        var text = raw.sqlite3_value_text(value);
        return SpanOf(text, raw.sqlite3_value_bytes(value));
    }

    private static ReadOnlySpan<byte> SpanOf(utf8z text, int length) => MemoryMarshal.CreateReadOnlySpan(in text.GetPinnableReference(), length);

    private static void Check(SqliteConnection connection, int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, connection.Handle!);
        }
    }

    /// <summary>Things by number, each once, found again without a lock.</summary>
    private sealed class Registry<TKey, T>
        where TKey : notnull
    {
        private readonly ConcurrentDictionary<TKey, int> _indexes = new();
        private readonly Lock _lock = new();
        private volatile T[] _things = [];

        public T this[int index] => _things[index];

        public int IndexOf(TKey key, T thing)
        {
            if (_indexes.TryGetValue(key, out var index))
            {
                return index;
            }

            lock (_lock)
            {
                if (!_indexes.TryGetValue(key, out index))
                {
                    index = _things.Length;
                    _things = [.. _things, thing];
                    _indexes[key] = index;
                }

                return index;
            }
        }
    }
}
