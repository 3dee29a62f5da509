using System.Globalization;
using Gdpr.Journals;
using Gdpr.Sqlite.Stores;
using Microsoft.Data.Sqlite;

namespace Gdpr.Samples.Acting;

/// <summary>A copy of the journal in which somebody changes one byte, behind the library's back.</summary>
internal sealed record ChangedCopy(long Position, string Before, string After, JournalReport Report)
{
    private const string Counted = "\"erased\":";

    /// <summary>Copies the journal, changes one digit of the first batch in the copy, and verifies it.</summary>
    public static async Task<ChangedCopy?> MakeAsync(Host host, CancellationToken cancellation)
    {
        JournalEntry? batch = null;
        await foreach (var entry in host.Journal.ReadAllAsync(0, cancellation))
        {
            batch ??= entry.Content.Type == "disposal-batch" ? entry : null;
        }

        if (batch is null)
        {
            return null;
        }

        var copy = host.JournalFile + ".copy";
        Run(host.JournalFile, "VACUUM INTO $copy", ("$copy", copy));
        var data = batch.Content.Data;
        var at = data.IndexOf(Counted, StringComparison.Ordinal) + Counted.Length;
        var changed = string.Concat(data.AsSpan(0, at), data[at] == '7' ? "1" : "7", data.AsSpan(at + 1));
        Run(copy, "UPDATE gdpr_journal SET data = $data WHERE position = $position", ("$data", changed), ("$position", batch.Position.ToString(CultureInfo.InvariantCulture)));

        using var stores = new SqliteStores(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        await stores.Journal.PrepareAsync(cancellation);
        var report = await new JournalVerifier(stores.Journal, host.Keys, host.Witness, stores.Vault).VerifyAsync(cancellation);
        return new ChangedCopy(batch.Position, Around(data, at), Around(changed, at), report);
    }

    /// <summary>The member that is changed.</summary>
    private static string Around(string data, int at) => data[(at - Counted.Length)..data.IndexOf(',', at)];

    private static void Run(string file, string sql, params IReadOnlyList<(string Name, string Value)> parameters)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
