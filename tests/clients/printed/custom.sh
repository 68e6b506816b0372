curl -X POST \
  --url 'https://{ThoughtSpot-Host}/api/rest/2.0/auth/token/custom'  \
  -H 'Accept: application/json' \
  -H 'Content-Type: application/json' \
  --data-raw '{
  "username": "UserA",
  "validity_time_in_sec": 300,
  "persist_option": "APPEND",
  "auto_create": true,
  "filter_rules": [
    {
      "column_name": "Item type",
      "operator": "EQ",
      "values": [
        "Jackets","Bags"
      ]
    },
    {
      "column_name": "Customer ID",
      "operator": "EQ",
      "values": [
        "412870"
      ]
    }
  ],
  "parameter_values": [
    {
      "name": "Discount",
      "values": [
        "20"
      ]
    }
  ],
  "objects": [
    {
      "type": "LIVEBOARD",
      "identifier": "4c55ff63-d03e-497a-8ec6-1be083f160ee"
    }
  ],
  "email": "[email protected]",
  "display_name": "User A",
  "groups": [
    {
      "identifier": "a71d5d1f-6e02-4ee1-a6e9-e158af844367"
    }
  ],
  "org_identifier": "2",
  "secret_key": "4c55ff63-d03e-497a-8ec6-1be083f160ee"
}'
