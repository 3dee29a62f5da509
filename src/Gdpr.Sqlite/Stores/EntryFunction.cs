using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gdpr.Journals;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Stores;

/// <summary>The function to which SQLite gives the columns of entries, row by row. Of one connection, and so used by one caller at a time.</summary>
internal sealed class EntryFunction
{
    /// <summary>Its name. Its arguments are the columns of an entry; it gives nothing.</summary>
    public const string Name = "gdpr_entry";

    private const int Columns = 12;

    // Not from a view or a trigger that somebody has put into the file.
    private const int DirectOnly = 0x80000;

    private EncodedEntries? _page;
    private long? _unreadable;
    private ExceptionDispatchInfo? _problem;

    /// <summary>Puts the function into an open database.</summary>
    public static EntryFunction AddTo(sqlite3 database)
    {
        var function = new EntryFunction();
        var code = raw.sqlite3_create_function(database, Name, Columns, raw.SQLITE_UTF8 | DirectOnly, null, function.OnRow);
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return function;
    }

    /// <summary>Runs a query that calls the function, and fills a page with the entries that it gives.</summary>
    /// <returns>The position of the entry that cannot be read back, at which it ended; <see langword="null"/> where all can.</returns>
    public long? Fill(EncodedEntries page, Action query)
    {
        (_page, _unreadable, _problem) = (page, null, null);
        try
        {
            query();
        }
        catch (SqliteException) when (_unreadable is not null || _problem is not null)
        {
            _problem?.Throw();
        }
        finally
        {
            _page = null;
        }

        return _unreadable;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception must not pass through native code: it goes on behind it.")]
    private void OnRow(sqlite3_context context, object? state, sqlite3_value[] entry)
    {
        try
        {
            if (TryAdd(entry, _page!))
            {
                return;
            }

            _unreadable = raw.sqlite3_value_int64(entry[0]);
        }
        catch (Exception problem)
        {
            _problem = ExceptionDispatchInfo.Capture(problem);
        }

        raw.sqlite3_result_error(context, "an entry cannot be taken");
    }

    private static bool TryAdd(sqlite3_value[] entry, EncodedEntries page)
    {
        // What is no digest any more, because somebody has changed it, is made one that is wrong: then the entry is found to be changed where it is.
        Span<byte> digests = stackalloc byte[3 * Digest.Size];
        var previous = Fitted(entry[10], digests[..Digest.Size]);
        var hash = Fitted(entry[11], digests.Slice(Digest.Size, Digest.Size));
        var payload = IsNull(entry[8]) ? [] : Fitted(entry[8], digests[(2 * Digest.Size)..]);
        page.Begin(previous, raw.sqlite3_value_int64(entry[2]), raw.sqlite3_value_int64(entry[0]), raw.sqlite3_value_int64(entry[3]), raw.sqlite3_value_int64(entry[4]));
        if (!TryAddText(entry[1], page) || !TryAddText(entry[5], page))
        {
            return false;
        }

        AddTextOrNone(entry[6], page);
        AddTextOrNone(entry[7], page);
        if (!TryAddText(entry[9], page))
        {
            return false;
        }

        page.End(payload, hash);
        return true;
    }

    private static ReadOnlySpan<byte> Fitted(sqlite3_value value, Span<byte> space)
    {
        var stored = raw.sqlite3_value_blob(value);
        if (stored.Length == Digest.Size)
        {
            return stored;
        }

        space.Fill(0xff);
        stored[..Math.Min(stored.Length, Digest.Size)].CopyTo(space);
        space[^1] ^= 1;
        return space;
    }

    /// <returns>Whether there is one.</returns>
    private static bool TryAddText(sqlite3_value value, EncodedEntries page)
    {
        var text = TextOf(value);
        if (text.IsEmpty && IsNull(value))
        {
            return false;
        }

        page.AddText(text);
        return true;
    }

    private static void AddTextOrNone(sqlite3_value value, EncodedEntries page)
    {
        if (IsNull(value))
        {
            page.AddNoText();
        }
        else
        {
            page.AddText(TextOf(value));
        }
    }

    /// <summary>The text where it lies. Asked for its length, SQLite makes UTF-8 of it, should the file have its texts in another form; asked for its bytes, it does
    /// not look for their end.</summary>
    private static ReadOnlySpan<byte> TextOf(sqlite3_value value) => raw.sqlite3_value_bytes(value) == 0 ? [] : raw.sqlite3_value_blob(value);

    private static bool IsNull(sqlite3_value value) => raw.sqlite3_value_type(value) == raw.SQLITE_NULL;
}
