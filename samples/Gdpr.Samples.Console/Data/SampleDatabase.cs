using Gdpr.Policies;
using Microsoft.Data.Sqlite;

namespace Gdpr.Samples.Data;

/// <summary>The database of one organisation: a table for each data set of its policy, and one for what is known of people beside the data.</summary>
internal sealed class SampleDatabase : IDisposable
{
    // Written into the header of every file that the sample makes, so that it never replaces a file of somebody else.
    private const long OurMark = 0x47445052;

    /// <summary>The files that a sweep of the database leaves beside it.</summary>
    private static readonly string[] KeptBeside =
    [
        ".gdpr.db", ".gdpr.db-wal", ".gdpr.db-shm", ".gdpr.db.copy", ".gdpr.db.copy-wal", ".gdpr.db.copy-shm", ".mapping.json", ".keys.json",
        ".witness.json", ".witness.json.lock", ".witness.json.tombstones",
    ];

    private readonly SqliteConnection _connection;
    private Dictionary<string, string> _facts = new(StringComparer.Ordinal);

    private SampleDatabase(string file, IReadOnlyList<DataSetTable> tables)
    {
        Tables = tables;
        File = file;
        _connection = Open(file, SqliteOpenMode.ReadWriteCreate);
    }

    /// <summary>The database's file.</summary>
    public string File { get; }

    /// <summary>The tables of the policy's data sets.</summary>
    public IReadOnlyList<DataSetTable> Tables { get; }

    /// <summary>Creates the database anew, with empty tables.</summary>
    /// <exception cref="SampleException">There is another file with this name, which the sample did not make.</exception>
    public static SampleDatabase Create(string file, GdprPolicy policy)
    {
        if (System.IO.File.Exists(file))
        {
            if (!IsOurs(file))
            {
                throw new SampleException(
                    $"'{file}' exists and was not made by this sample: it stays as it is. Name another folder with --database-folder.", ExitCode.BadInput);
            }

            // With what was kept about it, which would speak of data that is no more.
            foreach (var ending in (string[])["", "-wal", "-shm", .. KeptBeside])
            {
                System.IO.File.Delete(file + ending);
            }
        }

        var database = new SampleDatabase(file, DataSetTable.Of(policy));
        // Invented data that can be made again needs no care for power cuts.
        database.Execute($"PRAGMA application_id = {OurMark}; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;");
        database.Execute("""CREATE TABLE "person_facts" ("subject" TEXT NOT NULL, "fact" TEXT NOT NULL, PRIMARY KEY ("subject", "fact")) STRICT""");
        foreach (var table in database.Tables)
        {
            database.Execute(table.Create());
            database.Execute($"""CREATE INDEX "{table.Name}_subject" ON "{table.Name}" ("subject")""");
        }

        return database;
    }

    /// <summary>Writes rows into a table: one transaction, one prepared statement.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The person's key, then the fields, then the triggers of each row.</param>
    /// <param name="cancellation">Asked between rows.</param>
    public void Insert(DataSetTable table, IEnumerable<string?[]> rows, CancellationToken cancellation) => Insert(table.Insert(), rows, cancellation);

    /// <summary>Writes what is known of people beside the data: consents, objections, holds and requests.</summary>
    public void InsertFacts(IEnumerable<(string Subject, string Fact)> facts, CancellationToken cancellation)
    {
        Insert("""INSERT OR IGNORE INTO "person_facts" ("subject", "fact") VALUES ($0, $1)""", facts.Select(fact => new[] { fact.Subject, fact.Fact }), cancellation);
        _facts = ReadFacts();
    }

    /// <summary>What is known of people beside the data: each fact, and the people of whom it is known.</summary>
    public IEnumerable<(string Fact, IReadOnlyList<string> Subjects)> Facts => _facts
        .SelectMany(person => person.Value.Split(';').Select(fact => (Fact: fact, Subject: person.Key)))
        .GroupBy(known => known.Fact, StringComparer.Ordinal).OrderBy(fact => fact.Key, StringComparer.Ordinal)
        .Select(fact => (fact.Key, (IReadOnlyList<string>)[.. fact.Select(known => known.Subject)]));

    /// <summary>Whether a record is there.</summary>
    public bool Has(DataSetTable table, string id)
    {
        using var command = Command(table.Exists());
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteScalar() is 1L;
    }

    /// <summary>How many rows a table has, and about how many people.</summary>
    public (long Rows, long People) Count(DataSetTable table)
    {
        using var command = Command(table.Count());
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>How many people the whole database is about.</summary>
    public long CountPeople()
    {
        using var command = Command($"SELECT count(*) FROM ({string.Join(" UNION ", Tables.Select(table => $"SELECT \"subject\" FROM \"{table.Name}\" WHERE \"subject\" NOT NULL"))})");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Reads every record of a table, as far as retention is concerned.</summary>
    public IEnumerable<StoredRow> Read(DataSetTable table) => Read(table, Command(table.SelectTriggers()));

    /// <summary>Reads the records of one person in a table.</summary>
    public IEnumerable<StoredRow> ReadOf(DataSetTable table, string subject)
    {
        var command = Command(table.SelectTriggers("\"subject\" = $subject"));
        command.Parameters.AddWithValue("$subject", subject);
        return Read(table, command);
    }

    /// <summary>Finds people whose name or key contains a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<(string Key, string Name)> FindPeople(string text, int most)
    {
        var people = Tables.Where(table => table.NameColumn is not null).Select(table => $"SELECT \"subject\", {table.NameColumn} AS \"name\" FROM \"{table.Name}\"");
        using var command = Command(
            $"""
            SELECT "subject", min("name") FROM ({string.Join(" UNION ", people)})
            WHERE "subject" NOT NULL AND ("name" LIKE '%' || $text || '%' OR "subject" LIKE '%' || $text || '%')
            GROUP BY "subject" ORDER BY "subject" LIMIT {most}
            """);
        command.Parameters.AddWithValue("$text", text);
        using var reader = command.ExecuteReader();
        var found = new List<(string, string)>();
        while (reader.Read())
        {
            found.Add((reader.GetString(0), reader.GetString(1)));
        }

        return found;
    }

    /// <summary>Reads the content of a record, field by field.</summary>
    public IReadOnlyList<(string Field, string? Content)> ReadFields(StoredRow row)
    {
        using var command = Command(row.Table.SelectFields());
        command.Parameters.AddWithValue("$id", row.Id);
        using var reader = command.ExecuteReader();
        reader.Read();
        return [.. row.Table.Fields.Select((field, index) => (field, reader.IsDBNull(index) ? null : reader.GetString(index)))];
    }

    public void Dispose() => _connection.Dispose();

    private IEnumerable<StoredRow> Read(DataSetTable table, SqliteCommand command)
    {
        using var owned = command;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var stored = new string?[table.Triggers.Count];
            for (var index = 0; index < stored.Length; index++)
            {
                stored[index] = reader.IsDBNull(index + 2) ? null : reader.GetString(index + 2);
            }

            // What was anonymised is nobody's.
            var subject = reader.IsDBNull(1) ? "" : reader.GetString(1);
            yield return new StoredRow(table, reader.GetInt64(0), subject, stored, _facts.GetValueOrDefault(subject, ""));
        }
    }

    private Dictionary<string, string> ReadFacts()
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var command = Command("""SELECT "subject", group_concat("fact", ';') FROM "person_facts" GROUP BY "subject" """);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            facts.Add(reader.GetString(0), reader.GetString(1));
        }

        return facts;
    }

    private void Insert(string sql, IEnumerable<string?[]> rows, CancellationToken cancellation)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = Command(sql);
        command.Transaction = transaction;
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var index = 0; index < row.Length; index++)
            {
                if (command.Parameters.Count == index)
                {
                    command.Parameters.Add($"${index}", SqliteType.Text);
                }

                command.Parameters[index].Value = (object?)row[index] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static bool IsOurs(string file)
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadOnly);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA application_id";
            return command.ExecuteScalar() is OurMark;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        // Without pooling the file is closed, and can be deleted, as soon as the connection is.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
