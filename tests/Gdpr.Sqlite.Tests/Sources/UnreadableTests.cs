using Gdpr.Relational.Tables;
using Gdpr.Relational.Values;
using Gdpr.Retention;
using Gdpr.Sqlite.Sources;
using Microsoft.Data.Sqlite;
using NodaTime.Text;

namespace Gdpr.Sqlite.Tests.Sources;

/// <summary>The condition by which a survey of what is unsettled passes over dates without reading them.</summary>
public sealed class UnreadableTests
{
    private static readonly StoredTime Iso = new(StorageForm.Iso);

    [Theory]
    [InlineData("2023-01-01 ")]
    [InlineData(" 2023-01-01")]
    [InlineData("2023-01-01\0")]
    [InlineData("2023-01-01\0x")]
    [InlineData("2023-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("2023-04-31")]
    [InlineData("2023-13-01")]
    [InlineData("2023-00-10")]
    [InlineData("2023-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("-0001-01-01")]
    [InlineData("2023-1-1")]
    [InlineData("now")]
    [InlineData("2459000.5")]
    [InlineData("10:00")]
    [InlineData("2023-01-01T25:00")]
    [InlineData("2023-01-01T10:00")]
    [InlineData("")]
    [InlineData(2459000L)]
    [InlineData(2459000.5)]
    public void What_is_no_time_meets_it_whatever_the_column_compares_like(object value)
    {
        Iso.Read(value).ShouldBe(TriggerValue.Unknown);
        Meets(value, "TEXT").ShouldBeTrue();
        Meets(value, "TEXT COLLATE RTRIM").ShouldBeTrue();
        Meets(value, "NUMERIC").ShouldBeTrue();
    }

    [Theory]
    [InlineData("2023-01-01")]
    [InlineData("2024-02-29")]
    [InlineData("2023-12-31")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public void A_date_does_not(string value)
    {
        Iso.Read(value).ShouldBe(TriggerValue.On(LocalDatePattern.Iso.Parse(value).Value));
        Meets(value, "TEXT").ShouldBeFalse();
        Meets(value, "NUMERIC").ShouldBeFalse();
    }

    private static bool Meets(object value, string type)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        var affinity = type == "NUMERIC" ? ColumnAffinity.Number : ColumnAffinity.Text;
        var condition = new SqliteDatabase("Data Source=:memory:").Dialect.Unreadable("x", new ColumnKind(affinity), Iso);
        command.CommandText = $"CREATE TABLE t (x {type}); INSERT INTO t VALUES ($value); SELECT count(*) FROM t WHERE {condition}";
        command.Parameters.AddWithValue("$value", value);
        return (long)command.ExecuteScalar()! == 1;
    }
}
