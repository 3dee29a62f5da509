using System.Runtime.InteropServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Stores;

/// <summary>Reads entries as the bytes that their hashes are of, from where SQLite has them: no texts are made of what is only hashed.</summary>
/// <param name="place">Where the store is, for errors.</param>
internal sealed class EncodedRows(string place)
{
    private readonly StoreRows _rows = new(place);

    /// <summary>The position at which a page ends. Positions follow upon each other: what lies in between need not be read to know it, and where some are missing the
    /// page has fewer entries.</summary>
    public static long EndOf(StoreConnection connection, long after, long last, int size)
    {
        var first = (long?)connection.Scalar("SELECT min(position) FROM gdpr_journal WHERE position > $1", after) ?? last;
        return last - first < size ? last : first + size - 1;
    }

    /// <summary>A page of entries, up to the first that cannot be read back.</summary>
    public EncodedEntries Read(StoreConnection connection, long after, long end) => connection.Read(
        $"SELECT {StoreRows.EntryColumns} FROM gdpr_journal WHERE position > $1 AND position <= $2 ORDER BY position", Read, after, end);

    private EncodedEntries Read(SqliteDataReader reader)
    {
        var page = new EncodedEntries();
        try
        {
            // The reader has taken the first step; the others it would take with more around them.
            for (var isRow = reader.Read(); isRow; isRow = Step(reader.Handle!))
            {
                Add(reader, page);
            }
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            page.BreakOff(unreadable);
        }
        catch
        {
            page.Dispose();
            throw;
        }

        return page;
    }

    private void Add(SqliteDataReader reader, EncodedEntries page)
    {
        var row = reader.Handle!;

        // What is no digest any more, because somebody has changed it, is made one that is wrong: then the entry is found to be changed where it is.
        Span<byte> digests = stackalloc byte[3 * Digest.Size];
        var previous = Fitted(raw.sqlite3_column_blob(row, 10), digests[..Digest.Size]);
        var hash = Fitted(raw.sqlite3_column_blob(row, 11), digests.Slice(Digest.Size, Digest.Size));
        var committed = raw.sqlite3_column_blob(row, 8);
        var payload = committed.IsEmpty && IsNull(row, 8) ? [] : Fitted(committed, digests[(2 * Digest.Size)..]);
        page.Begin(
            previous, raw.sqlite3_column_int64(row, 2), raw.sqlite3_column_int64(row, 0), raw.sqlite3_column_int64(row, 3), raw.sqlite3_column_int64(row, 4));
        AddText(reader, page, 1);
        AddText(reader, page, 5);
        AddTextOrNone(row, page, 6);
        AddTextOrNone(row, page, 7);
        AddText(reader, page, 9);
        page.End(payload, hash);
    }

    private static ReadOnlySpan<byte> Fitted(ReadOnlySpan<byte> stored, Span<byte> space)
    {
        if (stored.Length == Digest.Size)
        {
            return stored;
        }

        space.Fill(0xff);
        stored[..Math.Min(stored.Length, Digest.Size)].CopyTo(space);
        space[^1] ^= 1;
        return space;
    }

    private void AddText(SqliteDataReader reader, EncodedEntries page, int column)
    {
        var text = Text(reader.Handle!, column);
        if (text.IsEmpty && IsNull(reader.Handle!, column))
        {
            throw Unreadable(reader);
        }

        page.AddText(text);
    }

    private static void AddTextOrNone(sqlite3_stmt row, EncodedEntries page, int column)
    {
        var text = Text(row, column);
        if (text.IsEmpty && IsNull(row, column))
        {
            page.AddNoText();
        }
        else
        {
            page.AddText(text);
        }
    }

    private static ReadOnlySpan<byte> Text(sqlite3_stmt row, int column)
    {
        var text = raw.sqlite3_column_text(row, column);
        var length = raw.sqlite3_column_bytes(row, column);
        return length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(in text.GetPinnableReference(), length);
    }

    private static bool Step(sqlite3_stmt row)
    {
        var code = raw.sqlite3_step(row);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, raw.sqlite3_db_handle(row));
        }

        return code == raw.SQLITE_ROW;
    }

    private static bool IsNull(sqlite3_stmt row, int column) => raw.sqlite3_column_type(row, column) == raw.SQLITE_NULL;

    /// <summary>What is wrong with a row, as whoever reads it as an entry is told.</summary>
    private StoreException Unreadable(SqliteDataReader reader)
    {
        try
        {
            return StoreRows.Unreadable(place, $"The entry at position {_rows.Entry(reader).Position}", null);
        }
        catch (StoreException unreadable)
        {
            return unreadable;
        }
    }
}
