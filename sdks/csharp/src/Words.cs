namespace Gatepass.Sdk
{
    /// <summary>How a filter rule compares.</summary>
    public enum Operator
    {
        [Wire("EQ")] Eq,
        [Wire("NE")] Ne,
        [Wire("LT")] Lt,
        [Wire("LE")] Le,
        [Wire("GT")] Gt,
        [Wire("GE")] Ge,
        [Wire("IN")] In,
        [Wire("NOT_IN")] NotIn,
        [Wire("LIKE")] Like,
        [Wire("CONTAINS")] Contains,
        [Wire("BEGINS_WITH")] BeginsWith,
        [Wire("ENDS_WITH")] EndsWith,
        [Wire("BW")] Bw,
        [Wire("BW_INC")] BwInc,
        [Wire("BW_INC_MIN")] BwIncMin,
        [Wire("BW_INC_MAX")] BwIncMax,
    }

    /// <summary>What of a custom token's attributes stays with the user.</summary>
    public enum PersistOption
    {
        [Wire("REPLACE")] Replace,
        [Wire("APPEND")] Append,
        [Wire("NONE")] None,
        [Wire("RESET")] Reset,
    }

    /// <summary>What <see cref="PersistOption.Reset"/> clears.</summary>
    public enum ResetOption
    {
        [Wire("FILTER_RULES")] FilterRules,
        [Wire("PARAMETERS")] Parameters,
        [Wire("GROUPS")] Groups,
    }

    /// <summary>Whether trusted authentication is on.</summary>
    public enum AuthStatus
    {
        [Wire("ENABLED")] Enabled,
        [Wire("DISABLED")] Disabled,
    }

    /// <summary>Whose settings a search is for.</summary>
    public enum AuthScope
    {
        [Wire("CLUSTER")] Cluster,
        [Wire("ORG")] Org,
    }
}
