using System.Runtime.CompilerServices;
using Gdpr.Journals;
using Gdpr.Relational.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gdpr.Sqlite.Stores;

/// <summary>Reads entries as the bytes that their hashes are of, from where SQLite has them: no texts are made of what is only hashed.</summary>
/// <remarks>SQLite hands each row to a function. What a function is given is read without the connection's mutex, which every column of a row that a statement
/// gives is read under: that took longer than finding the row, and than hashing it.</remarks>
/// <param name="place">Where the store is, for errors.</param>
internal sealed class EncodedRows(string place)
{
    // By open database: the function is put there once, which statements under way would forbid.
    private static readonly ConditionalWeakTable<sqlite3, EntryFunction> Functions = [];

    private const string Page =
        $"SELECT {EntryFunction.Name}({StoreRows.EntryColumns}) FROM gdpr_journal WHERE position > $1 AND position <= $2 ORDER BY position";

    private readonly StoreRows _rows = new(place);

    /// <summary>The position at which a page ends. Positions follow upon each other: what lies in between need not be read to know it, and where some are missing the
    /// page has fewer entries.</summary>
    public static long EndOf(StoreConnection connection, long after, long last, int size)
    {
        var first = (long?)connection.Scalar("SELECT min(position) FROM gdpr_journal WHERE position > $1", after) ?? last;
        return last - first < size ? last : first + size - 1;
    }

    /// <summary>A page of entries, up to the first that cannot be read back.</summary>
    public EncodedEntries Read(StoreConnection connection, long after, long end)
    {
        var function = Functions.GetValue(connection.Connection.Handle!, EntryFunction.AddTo);
        var page = new EncodedEntries();
        try
        {
            if (function.Fill(page, () => connection.Read(Page, Walk, after, end)) is { } unreadable)
            {
                page.BreakOff(Unreadable(connection, unreadable));
            }

            return page;
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    private static bool Walk(SqliteDataReader rows)
    {
        while (rows.Read())
        {
        }

        return true;
    }

    /// <summary>What is wrong with a row, as whoever reads it as an entry is told.</summary>
    private StoreException Unreadable(StoreConnection connection, long position)
    {
        try
        {
            connection.Single($"SELECT {StoreRows.EntryColumns} FROM gdpr_journal WHERE position = $1", _rows.Entry, position);
            return StoreRows.Unreadable(place, $"The entry at position {position}", null);
        }
        catch (StoreException unreadable) when (unreadable.Failure == StoreFailure.Corrupt)
        {
            return unreadable;
        }
    }
}
